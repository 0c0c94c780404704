import { ApiKey, NewApiKey } from "@bulkhead/core/api-key";
import { describe, expect, it } from "vitest";
import { cookieOf, freshApi, outcome, PUBLIC_URL, read } from "./support.ts";

const WANTED = { name: "program", scopes: ["project:read"] };

describe("an API key", () => {
  it("shows its secret once, and is listed without it", async () => {
    const ada = await (await freshApi()).person();
    const { secret, ...shown } = NewApiKey.parse(
      await ada.post("/v1/api-keys", { ...WANTED, expires_at: "2999-01-01T00:00:00Z" }).then(read),
    );
    expect(secret).toMatch(/^bh_[\w-]{43}$/);
    expect(secret.startsWith(shown.prefix)).toBe(true);

    const { items } = await ada.get("/v1/api-keys").then(read);
    expect(items).toEqual([shown]);
    expect(ApiKey.parse(shown)).toEqual(shown);
    expect(shown).toMatchObject({ expires_at: "2999-01-01T00:00:00+00:00", revoked_at: null });
  });

  it("is replayed with its secret, which stands nowhere in the database", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const ask = () => ada.post("/v1/api-keys", WANTED, { key: "1" });
    const first = await (await ask()).text();
    const replay = await ask();
    expect(replay.headers.get("idempotency-replayed")).toBe("true");
    expect(await replay.text()).toBe(first);

    const { secret } = JSON.parse(first);
    const tables = await api.sql(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('app', 'audit', 'auth')",
    );
    const all: string[] = [];
    for (const { name } of tables) {
      const rows = await api.sql(`select t::text as text from ${name} t`);
      all.push(...rows.map(({ text }) => String(text)));
    }
    const stored = all.join("\n");
    expect(stored).toContain("sealed_secret");
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(Buffer.from(secret).toString("hex"));
    expect(stored).not.toContain(Buffer.from(secret).toString("base64url"));
    expect(stored).not.toContain(ada.person.token);
  });

  it("can't be shown again to another session of its creator", async () => {
    const api = await freshApi();
    const ada = await api.person();
    await ada.post("/v1/api-keys", WANTED, { key: "1" });
    const { token } = await api.database.newSession(ada.person, ada.person.tenantId);
    const later = api.client({ cookie: cookieOf(token), origin: PUBLIC_URL });
    expect(await outcome(later.post("/v1/api-keys", WANTED, { key: "1" }))).toBe(
      "409 idempotency.secret_sealed",
    );
  });

  it("is given no scope that its creator lacks", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const manager = await api.program(ada, ["api_key:manage", "project:read"]);
    const make = (scopes: string[]) => outcome(manager.post("/v1/api-keys", { name: "x", scopes }));

    expect(await make(["project:read"])).toBe("201");
    expect(await make(["api_key:manage", "project:read"])).toBe("201");
    expect(await make(["project:read", "project:write"])).toBe("403 api_key.scope_exceeded");

    await api.sql(
      "delete from app.role_permissions where permission = 'audit:read' and role = 'admin'",
    );
    const admin = await api.colleague(ada.person, "admin");
    const wanted = { name: "x", scopes: ["audit:read"] };
    expect(await outcome(admin.post("/v1/api-keys", wanted))).toBe("403 api_key.scope_exceeded");
    expect(await outcome(ada.post("/v1/api-keys", wanted))).toBe("201");
  });

  it("is refused unknown, repeated or no scopes, and an end in the past", async () => {
    const api = await freshApi();
    const ada = await api.person();
    for (const scopes of [[], ["all"], ["project:read", "project:read"], "project:read", [null]]) {
      expect(await outcome(ada.post("/v1/api-keys", { name: "x", scopes }))).toBe(
        "400 request.invalid",
      );
    }
    const expired = { ...WANTED, expires_at: "2020-01-01T00:00:00Z" };
    const answer = await ada.post("/v1/api-keys", expired);
    expect(await answer.clone().text()).toContain("expires_in_the_future");
    expect(await outcome(answer)).toBe("400 resource.constraint_violated");
    expect(await api.sql("select from app.api_keys")).toEqual([]);
  });

  it("is revoked once, however often", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const { id } = await api.program(ada, ["project:read"]);
    const dates = new Set<unknown>();
    for (let time = 0; time < 2; time++) {
      expect(await outcome(ada.delete(`/v1/api-keys/${id}`))).toBe("204");
      const [row] = await api.sql("select revoked_at::text as at from app.api_keys");
      dates.add(row?.at);
    }
    expect(dates.size).toBe(1);
    expect(await api.sql("select from audit.events where action = 'api_key.revoke'")).toHaveLength(
      1,
    );
  });
});
