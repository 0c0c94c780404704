import { setTimeout as sleep } from "node:timers/promises";
import { type AdmittedJob, type Answer, type BoundStatement, mutate, transact } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf, createProject, listProjects, renameProject } from "../support/caller.ts";
import { freshDatabase, sha256 } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";

async function acme(max = 10) {
  const database = await freshDatabase();
  const caller = callerOf(database.as("api", { max }), await database.newPerson());
  const create = (key: string, name = key, more: string[] = []) =>
    mutate(caller, {
      key,
      hash: sha256(name),
      change: createProject({ name }),
      jobs: more.map(
        (text) => anySql(text) as BoundStatement<unknown> as BoundStatement<AdmittedJob>,
      ),
    });
  const names = async () =>
    (await database.sql("select name from app.projects order by name")).map(({ name }) => name);
  return { database, caller, create, names };
}

describe("a mutation", () => {
  it("happens once however often it is asked for, and is answered alike to the letter", async () => {
    const { database, create } = await acme(10);
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => keys.map((key) => create(key))).flat(),
    );
    expect(asked.filter(({ replayed }) => !replayed)).toHaveLength(50);
    expect(asked.filter(({ replayed }) => replayed)).toHaveLength(450);

    const bodies = new Map<string, Set<string>>();
    for (const { body } of asked) {
      const { name } = JSON.parse(body);
      bodies.set(name, (bodies.get(name) ?? new Set()).add(body));
    }
    expect([...bodies.values()].map((each) => each.size)).toEqual(keys.map(() => 1));
    const [rows] = await database.sql(
      "select count(*)::int as projects, (select count(*)::int from audit.events where action = 'test.run') as events from app.projects",
    );
    expect(rows).toEqual({ projects: 50, events: 50 });
  });

  it("whose first try dies before it commits is done by its twin, once", async () => {
    const { database, create, names } = await acme();
    const asleep =
      "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    const first = create("k", "roof", ["select pg_sleep(9)"]).catch((error) => error);
    await expect.poll(() => database.sql(`select ${asleep}`), { timeout: 8_000 }).toHaveLength(1);
    const twin = create("k", "roof");
    await sleep(100);
    await database.sql(`select pg_terminate_backend(pid) ${asleep}`);
    expect(await first).toMatchObject({ code: "57P01" });
    expect(await twin).toMatchObject({ status: 201, replayed: false });
    expect(await names()).toEqual(["roof"]);
  });

  it("whose answer was lost on the way is answered again", async () => {
    const { database, caller, names } = await acme();
    const proxy = await proxyTo(database);
    const behind = {
      ...caller,
      databases: { home: database.as("api", { max: 1, port: proxy.port }) },
    };
    const request = { key: "k", hash: sha256("h"), change: createProject({ name: "roof" }) };
    await transact(behind, listProjects());
    proxy.swallowNextAnswer();
    await expect(mutate(behind, request)).rejects.toThrow("terminated");
    expect(await mutate(caller, request)).toMatchObject({ status: 201, replayed: true });
    expect(await names()).toEqual(["roof"]);
  });

  it("is refused under a key that asked for something else, and changes nothing", async () => {
    const { create, names } = await acme();
    await create("k", "roof");
    await expect(create("k", "cellar")).rejects.toMatchObject({
      code: "BH422",
      message: "idempotency.key_reused",
    });
    expect(await names()).toEqual(["roof"]);
  });

  it("frees its key when it fails", async () => {
    const { create, names } = await acme();
    await expect(create("k", "")).rejects.toMatchObject({ code: "23514" });
    expect(await create("k", "roof")).toMatchObject({ replayed: false });
    expect(await names()).toEqual(["roof"]);
  });

  it("that finds nothing to change is a 404 and frees its key", async () => {
    const { caller } = await acme();
    const rename = (id: string): Promise<Answer> =>
      mutate(caller, { key: "k", hash: sha256("h"), change: renameProject({ id, name: "x" }) });
    const nowhere = rename("00000000-0000-4000-8000-000000000000");
    await expect(nowhere).rejects.toMatchObject({ code: "BH404" });
    const { body } = await mutate(caller, {
      key: "k",
      hash: sha256("other"),
      change: createProject({ name: "roof" }),
    });
    expect(JSON.parse(body).name).toBe("roof");
  });

  it("may have an expired key again, for anything", async () => {
    const { database, create, names } = await acme();
    await create("k", "roof");
    await database.sql("update app.idempotency_keys set expires_at = now() - interval '1 second'");
    expect(await create("k", "cellar")).toMatchObject({ replayed: false });
    expect(await create("k", "cellar")).toMatchObject({ replayed: true });
    expect(await names()).toEqual(["cellar", "roof"]);
  });

  it("shares no key with another tenant, nor with another member of its own", async () => {
    const { database, caller, create } = await acme();
    const eve = await database.newPerson("eve");
    const [{ tenant } = {}] = await database.sql(
      "insert into auth.members (tenant_id, user_id, role) select tenant_id, $1, 'member' from auth.members where user_id <> $1 returning tenant_id as tenant",
      [eve.userId],
    );
    const colleague = await database.newSession(eve, String(tenant));
    await create("k", "roof");
    for (const person of [eve, colleague]) {
      const hers = callerOf(caller.databases.home, person);
      const change = createProject({ name: "cellar" });
      const ask = () => mutate(hers, { key: "k", hash: sha256("cellar"), change });
      const first = await ask();
      expect(first).toMatchObject({ replayed: false, status: 201 });
      expect(await ask()).toMatchObject({ replayed: true, body: first.body });
    }
  });

  it("can't be committed by a verb that forgets to finish it", async () => {
    const { database, caller } = await acme();
    const forgetful = transact(
      caller,
      anySql("select * from app.claim('k', sha256('h'))"),
      anySql("insert into app.projects (name) values ('half') returning id"),
    );
    await expect(forgetful).rejects.toMatchObject({ message: "idempotency.unanswered" });
    expect(await database.sql("select * from app.projects")).toEqual([]);
  });

  it("can't be finished by a verb that never claimed it", async () => {
    const { caller } = await acme();
    await expect(transact(caller, createProject({ name: "x" }))).rejects.toMatchObject({
      message: "idempotency.unclaimed",
    });
  });

  it("is not committed in part by an injected COMMIT", async () => {
    const { database, caller } = await acme();
    const split = transact(
      caller,
      anySql("select * from app.claim('k', sha256('h'))"),
      anySql("insert into app.projects (name) values ('half') returning id"),
      anySql("commit"),
      createProject({ name: "other half" }),
    );
    await expect(split).rejects.toMatchObject({ message: "idempotency.unanswered" });
    for (const table of ["app.projects", "app.idempotency_keys"]) {
      expect(await database.sql(`select * from ${table}`)).toEqual([]);
    }
  });

  it("is not reported done after an injected BEGIN, which would keep nothing", async () => {
    const { create, names } = await acme();
    await expect(create("k", "roof", ["begin"])).rejects.toThrow("transaction of its own");
    expect(await names()).toEqual([]);
    expect(await create("k", "roof")).toMatchObject({ replayed: false });
  });
});
