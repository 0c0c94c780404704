import type { Connections } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf } from "../support/caller.ts";
import { sha256 } from "../support/database.ts";
import { DEDICATED } from "../support/dedicated.ts";
import { redefine } from "../support/mutation.ts";
import { ask, assertionFor, type Failure, scene } from "./assertions.ts";

describe("a dedicated database", () => {
  it("opens for no session and no key, not even one that is stored there", async () => {
    const { pair, ada } = await scene();
    const { proof } = ada.credential as { proof: Buffer };
    const key = sha256("key");
    await pair.dedicated.sql("insert into auth.users (id, name, email) values ($1, 'a', 'a@b.c')", [
      ada.userId,
    ]);
    await pair.dedicated.sql(
      "insert into auth.members (tenant_id, user_id, role) values ($1, $2, 'owner')",
      [ada.tenantId, ada.userId],
    );
    await pair.dedicated.sql(
      "insert into auth.sessions (user_id, token, active_tenant_id, expires_at) values ($1, $2, $3, now() + interval '1 hour')",
      [ada.userId, sha256(proof).toString("hex"), ada.tenantId],
    );
    await pair.dedicated.sql(
      `set session_replication_role = replica;
       insert into app.api_keys (tenant_id, name, prefix, token_hash, scopes, created_by)
       values ('${ada.tenantId}', 'k', 'p', sha256('\\x${key.toString("hex")}'), '{project:read}', 'x');
       set session_replication_role = origin`,
    );
    const on = pair.dedicated.as("api");
    const bring = async () => [
      (await ask(on, "select app.open_session($1, 'project:read', 'a', 'r')", proof)).failure
        ?.message,
      (await ask(on, "select app.open_api_key($1, 'project:read', 'a', 'r')", key)).failure
        ?.message,
    ];
    expect(await bring()).toEqual(["context.elsewhere", "context.elsewhere"]);
    // As if the tenant lived in this database by the name of home, as after a move back.
    await pair.dedicated.sql("update auth.tenants set placement = 'home'");
    expect(await bring()).toEqual(["context.elsewhere", "context.elsewhere"]);

    for (const name of ["app.open_session", "app.open_api_key"]) {
      await redefine(pair.dedicated, name, (it) =>
        it.replace(
          /join app\.signing_keys (\w) on \1\.database = 'home'/,
          "join app.signing_keys $1 on true",
        ),
      );
    }
    expect(await bring()).toEqual([undefined, undefined]);
  });

  it("opens no job for a worker without an assertion of home's", async () => {
    const { pair, ada } = await scene();
    const { failure } = await ask(
      pair.databases("worker")[DEDICATED] as Connections,
      "select * from app.open_job($1, gen_random_uuid(), 1, null, 'r')",
      ada.tenantId,
    );
    expect(failure?.message).toBe("context.elsewhere");
  });

  it("holds nothing of home's other databases, and gives no assertion itself", async () => {
    const { pair, ada } = await scene();
    expect(await pair.dedicated.sql("select database from app.assertion_keys")).toEqual([
      { database: DEDICATED },
    ]);
    const { value } = await ask(
      pair.databases("worker")[DEDICATED] as Connections,
      "select app.tenant_status($1)",
      ada.tenantId,
    );
    expect(value ?? null).toBeNull();
  });
});

describe("arbitrary SQL of the API's role", () => {
  it("gets no assertion for another tenant, in either database, with or without a context", async () => {
    const { pair, ada } = await scene();
    const mallory = await pair.newResident("mallory");
    const attempts = [
      `select app.assertion('request', '${ada.tenantId}', 'user:x', 'owner', 'project:read', 'r', 'a')`,
      `select app.tenant_status('${ada.tenantId}')`,
      `select * from app.tenant_statuses('${DEDICATED}')`,
      `select app.redirect('${ada.tenantId}', true, 'user:x', 'owner', 'project:read', 'a', 'r')`,
      `select * from app.open_job('${ada.tenantId}', gen_random_uuid(), 1, null, 'r')`,
      "select app.vouch('\\x00', 'x')",
      "select key from app.assertion_keys",
      "update app.signing_keys set database = 'home'",
      "insert into app.home_permissions values ('project:read')",
      "update auth.tenants set placement = 'home'",
    ];
    for (const on of [pair.home.as("api"), pair.dedicated.as("api")]) {
      for (const text of attempts) {
        expect([text, (await ask(on, text)).failure?.code]).toEqual([text, "42501"]);
      }
    }
    const assertion = await assertionFor(pair, mallory, "project:write");
    for (const text of attempts) {
      const { failure } = await pair.dedicated
        .as("api")
        .run([anySql("select app.open_assertion($1)", assertion), anySql(text)]);
      expect([text, (failure as Failure | undefined)?.code]).toEqual([text, "42501"]);
    }
  });

  it("finds no context at home while its tenant lives elsewhere", async () => {
    const { pair, ada } = await scene();
    await pair.home.sql(
      `set session_replication_role = replica;
       insert into app.projects (tenant_id, name, created_by) values ('${ada.tenantId}', 'left behind', 'x');
       set session_replication_role = origin`,
    );
    const { credential, purpose } = callerOf(pair.home.as("api"), ada, {
      permission: "project:read",
    });
    const { proof } = credential as { proof: Buffer };
    const look = () =>
      pair.home
        .as("api")
        .run([
          anySql("select app.open_session($1, $2, 'a', 'r')", proof, purpose.permission),
          anySql("select app.tenant_id(), count(*)::int from app.projects"),
        ]);
    expect((await look()).rows[1]).toEqual([[null, 0]]);

    await redefine(pair.home, "app.open_session", (it) =>
      it.replace("and t.placement = 'home'", "").replace("if admitted", "if admitted and false"),
    );
    // What is signed all the same does not get past the second look, which is taken out as well.
    expect((await look()).failure).toMatchObject({ code: "40001" });
    await redefine(pair.home, "app.redirect", (it) =>
      it.replace("or app.claimed_tenant() is not null", ""),
    );
    expect((await look()).rows[1]).toEqual([[ada.tenantId, 1]]);
  });
});
