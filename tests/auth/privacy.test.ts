import { describe, expect, it } from "vitest";
import { freshAuth, PASSWORD } from "./support.ts";

describe("whether an address has an account", () => {
  it("cannot be read from a sign-up", async () => {
    const { person, browser, letterTo } = await freshAuth();
    const { email } = await person("ada");

    const known = await browser().post("/sign-up/email", {
      name: "Ada",
      email,
      password: PASSWORD,
    });
    const fresh = await browser().post("/sign-up/email", {
      name: "Bob",
      email: "bob@example.test",
      password: PASSWORD,
    });
    expect(known.status).toBe(fresh.status);
    expect(shape(await known.json())).toEqual(shape(await fresh.json()));
    expect(letterTo(email)).toMatch(/has an account already/);
    // Nor does the sign-up change what was there.
    const owner = browser();
    expect((await owner.post("/sign-in/email", { email, password: PASSWORD })).status).toBe(200);
  });

  it("cannot be read from a request for a new password", async () => {
    const { person, browser, mails } = await freshAuth();
    const { email } = await person();
    const ask = (address: string) => browser().post("/request-password-reset", { email: address });
    const before = mails.length;

    const [known, unknown] = [await ask(email), await ask("nobody@example.test")];
    expect(known.status).toBe(unknown.status);
    expect(await known.json()).toEqual(await unknown.json());
    expect(mails.length).toBe(before + 1);
  });

  it("cannot be read from a failed sign-in", async () => {
    const { person, browser } = await freshAuth();
    const { email } = await person();
    const attempt = async (address: string) => {
      const response = await browser().post("/sign-in/email", {
        email: address,
        password: "wrong wrong",
      });
      const { request_id: _, ...body } = (await response.json()) as { request_id: string };
      return { status: response.status, body };
    };

    expect(await attempt(email)).toEqual(await attempt("nobody@example.test"));
  });

  it("cannot be read from the time that an answer takes", async () => {
    const { browser } = await freshAuth({ minimumMilliseconds: 300 });
    const begun = performance.now();
    await browser().post("/request-password-reset", { email: "nobody@example.test" });

    expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
  });
});

/** Names and kinds of everything in a body: UUIDs and times are alike, the rest is what it is. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).map(([name, field]) => [name, shape(field)]);
  }
  if (typeof value !== "string") return value;
  return value
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-(.)[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/, "uuid v$1")
    .replace(/^\d{4}-.*Z$/, "time")
    .replace(/^.*@.*$/, "address")
    .replace(/^(Ada|Bob)$/, "name");
}
