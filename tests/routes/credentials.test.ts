import { describe, expect, it } from "vitest";
import { cookieOf, freshApi, ORIGIN_SECRET, outcome, PUBLIC_URL, read } from "./support.ts";

const BEARER = `Bearer bh_${"x".repeat(43)}`;

describe("a request", () => {
  it("without a credential, or with a damaged one, is told how to bring one", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const { token } = ada.person;
    const asked = [
      [{}, "credential.missing"],
      [{ cookie: "other=1" }, "credential.missing"],
      [{ cookie: `bulkhead.session_token=${token}.x` }, "credential.missing"],
      [{ authorization: "Bearer" }, "credential.malformed"],
      [{ authorization: "Bearer bh_short" }, "credential.malformed"],
      [{ authorization: `Basic ${token}` }, "credential.malformed"],
      [{ cookie: `__Secure-bulkhead.session_token=${token}` }, "credential.malformed"],
      [{ cookie: cookieOf("' or true --") }, "credential.malformed"],
      [{ authorization: BEARER }, "credential.invalid"],
      [{ cookie: cookieOf(`${token}x`) }, "credential.invalid"],
    ] as const;

    for (const [headers, code] of asked) {
      const answer = await api.client(headers).get("/v1/projects");
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="bulkhead"');
      expect([headers, await outcome(answer)]).toEqual([headers, `401 ${code}`]);
    }
  });

  it("that brings two credentials is judged by its API key", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const both = api.client({ cookie: cookieOf(ada.person.token), authorization: BEARER });
    expect(await outcome(both.get("/v1/projects"))).toBe("401 credential.invalid");
  });

  it("that did not come through the front door is refused", async () => {
    const api = await freshApi();
    const ada = await api.person();
    for (const secret of ["", "guessed", `${ORIGIN_SECRET} `.repeat(2)]) {
      const asking = ada.get("/v1/projects", { "x-origin-secret": secret });
      expect(await outcome(asking)).toBe("403 origin.secret_invalid");
    }
  });

  it("takes a session's cookie over plain HTTP by its plain name", async () => {
    const api = await freshApi({ publicUrl: "http://127.0.0.1:4000" });
    const ada = await api.person();
    const laptop = api.client({
      cookie: `theme=dark; bulkhead.session_token=${ada.person.token}.x`,
    });
    expect(await outcome(laptop.get("/v1/projects"))).toBe("200");
    expect(await outcome(ada.get("/v1/projects"))).toBe("401 credential.missing");
  });
});

describe("a session", () => {
  it("opens nothing once it has ended, or its user has left the tenant, or the tenant is suspended", async () => {
    const api = await freshApi();
    const ada = await api.person("ada");
    const bob = await api.colleague(ada.person, "admin");
    const list = (client: typeof bob) => outcome(client.get("/v1/projects"));

    expect(await list(bob)).toBe("200");
    await api.sql("delete from auth.members where user_id = $1", [bob.person.userId]);
    expect(await list(bob)).toBe("403 tenant.not_member");
    await api.sql("update auth.tenants set status = 'suspended'");
    expect(await list(ada)).toBe("403 tenant.suspended");
    await api.sql("update auth.sessions set expires_at = now()");
    expect(await list(ada)).toBe("401 credential.invalid");
  });

  it("changes nothing for a page of another origin", async () => {
    const api = await freshApi();
    const { token } = (await api.person()).person;
    const browser = api.client({ cookie: cookieOf(token) });
    const from = (headers: Record<string, string>) =>
      outcome(browser.post("/v1/projects", { name: "x" }, { headers }));

    expect(await from({ origin: PUBLIC_URL })).toBe("201");
    expect(await from({ "sec-fetch-site": "same-origin" })).toBe("201");
    for (const foreign of [
      {},
      { origin: "https://evil.test" },
      { origin: "null" },
      { origin: `${PUBLIC_URL}.evil.test` },
      { origin: PUBLIC_URL.replace("https", "http") },
      { origin: "https://evil.test", "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
    ] as Record<string, string>[]) {
      expect([foreign, await from(foreign)]).toEqual([foreign, "403 origin.not_allowed"]);
    }
    expect(await outcome(browser.get("/v1/projects"))).toBe("200");
  });
});

describe("a role", () => {
  it("decides what its member may do", async () => {
    const api = await freshApi();
    const ada = await api.person("ada");
    const admin = await api.colleague(ada.person, "admin");
    const member = await api.colleague(ada.person, "member");
    const key = { name: "mine", scopes: ["project:read"] };

    const { id } = await member.newProject("Bridge");
    expect(await outcome(ada.get(`/v1/projects/${id}`))).toBe("200");
    expect(await outcome(member.get("/v1/jobs"))).toBe("200");
    expect(await outcome(admin.get("/v1/audit-events"))).toBe("200");
    expect(await outcome(admin.post("/v1/api-keys", key))).toBe("201");
    for (const asking of [
      member.get("/v1/audit-events"),
      member.get("/v1/api-keys"),
      member.post("/v1/api-keys", key),
      member.delete(`/v1/api-keys/${id}`),
    ]) {
      expect(await outcome(asking)).toBe("403 permission.denied");
    }
    expect(await api.sql("select from app.api_keys")).toHaveLength(1);
  });
});

describe("an API key", () => {
  it("does what its scopes say, from anywhere, and nothing else", async () => {
    const api = await freshApi();
    const reader = await api.program(await api.person(), ["project:read"]);

    expect(await reader.get("/v1/projects").then(read)).toEqual({ items: [], next_cursor: null });
    for (const asking of [
      reader.post("/v1/projects", { name: "x" }),
      reader.get("/v1/jobs"),
      reader.get("/v1/audit-events"),
      reader.get("/v1/api-keys"),
      reader.post("/v1/api-keys", { name: "x", scopes: ["project:read"] }),
      reader.delete(`/v1/api-keys/${reader.id}`),
    ]) {
      expect(await outcome(asking)).toBe("403 permission.denied");
    }
  });

  it("opens nothing once it is revoked or expired", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const [revoked, expired] = [
      await api.program(ada, ["project:read"]),
      await api.program(ada, ["project:read"], { expires_at: "2999-01-01T00:00:00Z" }),
    ];
    expect(await outcome(expired.get("/v1/projects"))).toBe("200");

    expect(await outcome(ada.delete(`/v1/api-keys/${revoked.id}`))).toBe("204");
    await api.tamper(
      "update app.api_keys set created_at = now() - interval '2 days', expires_at = now() where expires_at is not null",
    );
    expect(await outcome(revoked.get("/v1/projects"))).toBe("401 credential.invalid");
    expect(await outcome(expired.get("/v1/projects"))).toBe("401 credential.invalid");
  });
});
