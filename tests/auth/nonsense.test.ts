import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freshAuth, PASSWORD } from "./support.ts";

const ada = { name: "Ada", email: "ada@example.test", password: PASSWORD };
const POSTS = [
  "/sign-up/email",
  "/sign-in/email",
  "/request-password-reset",
  "/reset-password",
  "/organization/create",
  "/organization/set-active",
  "/organization/invite-member",
  "/organization/accept-invitation",
  "/organization/remove-member",
  "/organization/update-member-role",
  "/organization/update",
  "/organization/check-slug",
  "/organization/leave",
  "/organization/has-permission",
  "/revoke-session",
  "/update-user",
  "/update-session",
  "/change-password",
  "/change-email",
  "/delete-user",
  "/sign-in/social",
  "/link-social",
];

const BODIES: [what: string, body: string, type: string, status: number][] = [
  ["that is not JSON", "{", "application/json", 400],
  ["that ends too early", '{"email": "a', "application/json", 400],
  ["of another type", "email=a", "text/plain", 415],
  ["without a type", "{}", "", 415],
  ["that is a list", "[]", "application/json", 400],
  ["that is null", "null", "application/json", 400],
  ["of a megabyte", `{"name":"${"x".repeat(1e6)}"}`, "application/json", 413],
  [
    "with a name of 60 kB",
    JSON.stringify({ ...ada, name: "x".repeat(60_000) }),
    "application/json",
    400,
  ],
  ["with NUL in a name", JSON.stringify({ ...ada, name: "A\0da" }), "application/json", 400],
  [
    "with NUL in an address",
    JSON.stringify({ ...ada, email: "a\0@b.test" }),
    "application/json",
    400,
  ],
  ["with NUL in an image", JSON.stringify({ ...ada, image: "\0" }), "application/json", 400],
  ["with a number for a name", JSON.stringify({ ...ada, name: 7 }), "application/json", 400],
  ["with a short password", JSON.stringify({ ...ada, password: "short" }), "application/json", 400],
];

describe("a body", () => {
  it("that makes no sense is refused as the caller's", async () => {
    const { browser, sql } = await freshAuth();
    for (const [what, body, type, status] of BODIES) {
      const response = await browser().ask("/sign-up/email", {
        method: "POST",
        body: new TextEncoder().encode(body),
        ...(type && { headers: { "content-type": type } }),
      });

      expect(response.status, what).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({
        status,
        code: expect.any(String),
        detail: expect.any(String),
      });
    }
    expect(await sql("select id from auth.users")).toEqual([]);
  });

  it("of any shape finds no endpoint that breaks", async () => {
    const { person, sql } = await freshAuth();
    const eve = await person("eve");
    const nasty = fc.oneof(
      fc.constantFrom(
        "",
        "\0",
        "nonsense",
        "x".repeat(5_000),
        "\ud800",
        "../..",
        "a@b.test",
        "owner",
      ),
      fc.constantFrom(null, true, -1, 1e300, [], {}, ["owner"], { $gt: "" }, { name: "\0" }),
      fc.uuid(),
    );
    const names = [
      "email",
      "name",
      "password",
      "newPassword",
      "currentPassword",
      "token",
      "slug",
      "role",
      "metadata",
      "organizationId",
      "organizationSlug",
      "invitationId",
      "memberId",
      "memberIdOrEmail",
      "data",
      "logo",
      "permissions",
      "callbackURL",
      "redirectTo",
      "image",
      "newEmail",
      "provider",
      "userId",
    ];
    const body = fc.dictionary(fc.constantFrom(...names), nasty, { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...POSTS), body, async (path, fields) => {
        await sql("truncate auth.rate_limits");
        const response = await eve.post(path, fields);
        expect(response.status, `${path} ${JSON.stringify(fields)}`).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });
});

const PATHS = [
  "/organization/list-members?sortBy=nonsense",
  "/organization/list-members?filterField=nonsense&filterValue=1",
  "/organization/list-members?filterField=createdAt&filterValue=nonsense",
  "/organization/list-members?limit=nonsense&offset=-1",
  "/organization/get-invitation?id=nonsense",
  "/organization/get-full-organization?organizationId[]=x",
  "/verify-email?token=nonsense",
  "/verify-email",
  "/reset-password/%00?callbackURL=%2F",
  "/reset-password/x?callbackURL=%2F",
  "/callback/nonsense?code=%00",
  "/get-session?disableCookieCache=nonsense",
  "/error?error=%3Cscript%3E",
  "/nothing/here",
  "//double",
  "/%ff",
];

describe("a path", () => {
  it("that makes no sense breaks nothing", async () => {
    const { person } = await freshAuth();
    const eve = await person("eve");
    for (const path of PATHS) expect((await eve.get(path)).status, path).toBeLessThan(500);
  });
});

describe("a cookie that makes no sense", () => {
  it("opens nothing", async () => {
    const { browser } = await freshAuth();
    const visitor = browser();
    for (const cookie of ["", "x", "x.y", "%", "%00.%00", "a.".repeat(2000)]) {
      visitor.jar.set("bulkhead.session_token", cookie);
      const response = await visitor.get("/get-session");
      expect(response.status, cookie).toBe(200);
      expect(await response.json()).toBeNull();
    }
  });
});

describe("a database that is away", () => {
  it("is a 503 with Retry-After, and ends no session", async () => {
    const closed = await closedPort();
    const { browser } = await freshAuth({ port: closed });
    const visitor = browser();
    visitor.jar.set("bulkhead.session_token", "x.y");

    for (const response of [
      await visitor.get("/get-session"),
      await visitor.post("/sign-out", {}),
      await visitor.post("/sign-in/email", ada),
    ]) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await response.json()).toMatchObject({ code: "service.unavailable" });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it("ends no session when it is lost between two queries", async () => {
    const { person, sql } = await freshAuth();
    const ada = await person();
    await sql("revoke select on auth.sessions from bulkhead_auth");
    const during = await ada.get("/organization/list");
    expect(during.status).toBe(500);
    expect(await during.json()).toMatchObject({ code: "internal" });
    expect(during.headers.getSetCookie()).toEqual([]);

    await sql("grant select on auth.sessions to bulkhead_auth");
    expect(await ada.session()).not.toBeNull();
  });
});

/** A port on this machine that nothing listens to. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 1) : 1));
    });
  });
}
