import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { freshAuth, PASSWORD, SECRET } from "./support.ts";

const COOKIE = "bulkhead.session_token";

/** The cookie that a holder of the signing secret could make of any text. */
const sign = (text: string) =>
  encodeURIComponent(`${text}.${createHmac("sha256", SECRET).update(text).digest("base64")}`);

describe("a session's row", () => {
  it("is no credential, even for a holder of the signing secret", async () => {
    const { person, browser, sql } = await freshAuth();
    const ada = await person();
    const thief = browser();
    const asAda = async (text: string) => {
      thief.jar.set(COOKIE, sign(text));
      return thief
        .ask("/get-session")
        .then((response) => response.json() as Promise<{ user: object } | null>);
    };
    // The forgery itself works: with the token it opens the session.
    expect(await asAda(ada.token())).toMatchObject({ user: { email: ada.email } });

    const [row] = await sql("select * from auth.sessions");
    for (const text of Object.values(row ?? {})) {
      expect((await asAda(String(text)))?.user).toBeUndefined();
    }
  });

  it("holds the hash of the proof that opens a request, and nothing nearer", async () => {
    const { person, sql } = await freshAuth();
    const ada = await person();
    const proof = createHash("sha256").update(ada.token()).digest();

    const [row] = await sql("select token, s::text as everything from auth.sessions s");
    expect(row?.token).toBe(createHash("sha256").update(proof).digest("hex"));
    expect(row?.everything).not.toContain(ada.token());
    expect(row?.everything).not.toContain(proof.toString("hex"));
  });
});

describe("what stands in the database", () => {
  it("resets no password", async () => {
    const { person, browser, sql, letterTo } = await freshAuth();
    const ada = await person();
    const thief = browser();
    await thief.post("/request-password-reset", { email: ada.email });
    const token = letterTo(ada.email).match(/#token=(\S+)/)?.[1] ?? "";
    // Looking at the link does not write it anywhere.
    await thief.get(`/reset-password/${token}?callbackURL=%2Freset`);

    const tables = await sql(
      "select format('select t::text as line from auth.%I t', tablename) as query from pg_tables where schemaname = 'auth'",
    );
    for (const { query } of tables) {
      for (const { line } of await sql(String(query))) expect(line).not.toContain(token);
    }
    const [row] = await sql("select * from auth.verifications");
    for (const text of Object.values(row ?? {})) {
      const reset = { token: String(text), newPassword: "the thief's choice" };
      expect((await thief.post("/reset-password", reset)).status).toBe(400);
    }
  });
});

describe("the list of sessions", () => {
  it("shows handles that revoke and open nothing", async () => {
    const { person, browser } = await freshAuth();
    const laptop = await person();
    const phone = browser();
    await phone.post("/sign-in/email", { email: laptop.email, password: PASSWORD });

    const listed = (await (await laptop.get("/list-sessions")).json()) as {
      id: string;
      token: string;
    }[];
    expect(listed).toHaveLength(2);
    expect(listed.every(({ id, token }) => id === token)).toBe(true);
    expect(JSON.stringify(listed)).not.toContain(phone.token());

    const id = (await phone.session())?.session.id;
    expect(listed.map((one) => one.id)).toContain(id);
    expect((await laptop.post("/revoke-session", { token: id })).status).toBe(200);
    expect(await phone.session()).toBeNull();
    expect(await laptop.session()).not.toBeNull();
  });

  it("is revoked by its own user only", async () => {
    const { person } = await freshAuth();
    const ada = await person("ada");
    const eve = await person("eve");
    const id = (await ada.session())?.session.id;

    await eve.post("/revoke-session", { token: id });
    expect(await ada.session()).not.toBeNull();
  });

  it("shrinks to this one on request, or to none", async () => {
    const { person, browser, sql } = await freshAuth();
    const laptop = await person();
    const phone = browser();
    await phone.post("/sign-in/email", { email: laptop.email, password: PASSWORD });

    await laptop.post("/revoke-other-sessions", {});
    expect(await phone.session()).toBeNull();
    expect(await laptop.session()).not.toBeNull();

    await laptop.post("/revoke-sessions", {});
    expect(await laptop.session()).toBeNull();
    expect(await sql("select id from auth.sessions")).toEqual([]);
  });

  it("loses the session that signs out", async () => {
    const { person, sql } = await freshAuth();
    const ada = await person();
    await ada.post("/sign-out", {});

    expect(ada.jar.size).toBe(0);
    expect(await sql("select id from auth.sessions")).toEqual([]);
  });
});
