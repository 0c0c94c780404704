import { describe, expect, it } from "vitest";
import { freshAuth, ORIGIN_SECRET, PASSWORD } from "./support.ts";

describe("the auth function", () => {
  it("answers requests of its own CloudFront only", async () => {
    const { app } = await freshAuth();
    for (const headers of [
      {},
      { "x-origin-secret": "" },
      { "x-origin-secret": `${ORIGIN_SECRET}x` },
    ]) {
      const response = await app.request("/api/auth/ok", { headers });
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ code: "origin.secret_invalid" });
    }
  });

  it("refuses requests of other sites, signed in or not", async () => {
    const { person, browser } = await freshAuth();
    const ada = await person();
    const foreign = { origin: "https://evil.example" };

    expect((await ada.post("/sign-out", {}, foreign)).status).toBe(403);
    expect((await ada.post("/organization/create", { name: "x", slug: "x" }, foreign)).status).toBe(
      403,
    );
    const signIn = { email: ada.email, password: PASSWORD };
    expect((await browser().post("/sign-in/email", signIn, foreign)).status).toBe(403);
    expect(await ada.session()).not.toBeNull();
  });

  it("redirects to no other site", async () => {
    const { browser, mails } = await freshAuth();
    const visitor = browser();
    const away = "https://evil.example/";
    const signUp = {
      name: "Ada",
      email: "ada@example.test",
      password: PASSWORD,
      callbackURL: away,
    };

    expect((await visitor.post("/sign-up/email", signUp)).status).toBe(403);
    expect(
      (await visitor.get(`/verify-email?token=x&callbackURL=${encodeURIComponent(away)}`)).status,
    ).toBe(403);
    expect(mails).toEqual([]);
  });

  it("puts the public address into mails, whatever the Host header says", async () => {
    const { app, mails } = await freshAuth();
    await app.request("https://evil.example/api/auth/sign-up/email", {
      method: "POST",
      body: JSON.stringify({ name: "Ada", email: "ada@example.test", password: PASSWORD }),
      headers: {
        "content-type": "application/json",
        "x-origin-secret": ORIGIN_SECRET,
        "x-forwarded-host": "evil.example",
        host: "evil.example",
      },
    });
    expect(mails[0]?.text).toContain("http://app.example.test/verify-email/#token=");
    expect(mails[0]?.text).not.toContain("evil");
  });

  it("limits the rate of one address, with Retry-After, and of no other", async () => {
    const { browser } = await freshAuth();
    const client = browser();
    const attempt = { email: "ada@example.test", password: "wrong wrong wrong" };
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++)
      statuses.push((await client.post("/sign-in/email", attempt)).status);
    expect(statuses).toEqual([401, 401, 401, 429]);

    const refused = await client.post("/sign-in/email", attempt);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "request.limit", status: 429 });
    expect((await browser().post("/sign-in/email", attempt)).status).toBe(401);
  });

  it("keeps one row of the rate limit for an address that requests unknown paths", async () => {
    const { browser, sql } = await freshAuth();
    const client = browser();
    for (let i = 0; i < 5; i++) expect((await client.get(`/made-up/${i}`)).status).toBe(404);

    expect(await sql("select key, count from auth.rate_limits")).toEqual([
      { key: `${client.ip}|*`, count: 5 },
    ]);
  });
});
