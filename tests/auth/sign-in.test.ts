import { describe, expect, it } from "vitest";
import { freshAuth, PASSWORD } from "./support.ts";

const ada = { name: "Ada", email: "ada@example.test", password: PASSWORD };

describe("signing up", () => {
  it("ends with a session in a tenant of one's own", async () => {
    const { browser, letterTo, sql } = await freshAuth();
    const visitor = browser();

    expect((await visitor.post("/sign-up/email", ada)).status).toBe(200);
    expect((await visitor.confirm(letterTo(ada.email))).status).toBe(200);
    expect((await visitor.post("/sign-in/email", ada)).status).toBe(200);

    const session = await visitor.session();
    const [own] = await sql(
      "select t.id, m.role, t.personal from auth.tenants t join auth.members m on m.tenant_id = t.id where m.user_id = $1",
      [session?.user.id],
    );
    expect(own).toMatchObject({ role: "owner", personal: true });
    expect(session?.session.activeOrganizationId).toBe(own?.id);
  });

  it("opens nothing before the address is confirmed", async () => {
    const { browser, mails } = await freshAuth();
    const visitor = browser();
    await visitor.post("/sign-up/email", ada);

    const refused = await visitor.post("/sign-in/email", ada);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "EMAIL_NOT_VERIFIED" });
    expect(visitor.jar.size).toBe(0);
    // The right password earns a new letter.
    expect(mails.map(({ to }) => to)).toEqual([ada.email, ada.email]);
  });

  it("is not undone by a mail that cannot be sent", async () => {
    const { browser, mails, sql } = await freshAuth();
    Object.defineProperty(mails, "push", {
      value: () => {
        throw new Error("the mail service is away");
      },
    });

    expect((await browser().post("/sign-up/email", ada)).status).toBe(200);
    expect(await sql("select email from auth.users")).toHaveLength(1);
  });

  it("does not leave half a user behind when it fails", async () => {
    const { browser, sql } = await freshAuth();
    await sql("alter table auth.accounts add check (provider_id <> 'credential')");

    expect((await browser().post("/sign-up/email", ada)).status).toBe(400);
    expect(await sql("select id from auth.users")).toEqual([]);
  });
});

describe("a cookie", () => {
  it("is out of reach for scripts, and travels over TLS only where the product does", async () => {
    for (const [publicUrl, name] of [
      ["http://app.example.test", "bulkhead.session_token"],
      ["https://app.example.test", "__Secure-bulkhead.session_token"],
    ] as const) {
      const { browser, letterTo } = await freshAuth({ publicUrl });
      const visitor = browser();
      await visitor.post("/sign-up/email", ada);
      await visitor.confirm(letterTo(ada.email));
      const signedIn = await visitor.post("/sign-in/email", ada);

      const cookie = signedIn.headers.getSetCookie().find((one) => one.startsWith(`${name}=`));
      expect(cookie).toMatch(/HttpOnly/);
      expect(cookie).toMatch(/SameSite=Lax/i);
      expect(/; Secure/.test(cookie ?? "")).toBe(publicUrl.startsWith("https"));
    }
  });
});

describe("a new password", () => {
  it("takes a letter, works once, and ends every session", async () => {
    const { person, letterTo, browser } = await freshAuth();
    const visitor = await person();
    const stranger = browser();

    await stranger.post("/request-password-reset", { email: visitor.email });
    const token = letterTo(visitor.email).match(/#token=(\S+)/)?.[1];
    const reset = { token, newPassword: "a much better one" };
    expect((await stranger.post("/reset-password", reset)).status).toBe(200);
    expect((await stranger.post("/reset-password", reset)).status).toBe(400);

    expect(await visitor.session()).toBeNull();
    const again = { email: visitor.email, password: "a much better one" };
    expect((await stranger.post("/sign-in/email", again)).status).toBe(200);
    expect((await browser().post("/sign-in/email", { ...again, password: PASSWORD })).status).toBe(
      401,
    );
  });
});
