import { describe, expect, it } from "vitest";
import { anySql, listProjects } from "../support/caller.ts";
import { lastValue, newSite, type Site } from "../support/hole.ts";

async function secretIsIntact({ database, victim, secretId }: Site): Promise<void> {
  const rows = await database.sql("select id, name from app.projects where tenant_id = $1", [
    victim.tenantId,
  ]);
  expect(rows).toEqual([{ id: secretId, name: "secret" }]);
}

describe("another tenant's row", () => {
  it("is not read, changed, taken or deleted, with its id in hand", async () => {
    const site = await newSite();
    const { mallory, victim, secretId, request } = site;
    for (const [text, code] of [
      [`select name from app.projects where id = '${secretId}'`, undefined],
      [`select name from app.projects where id = '${secretId}' for update`, undefined],
      [`update app.projects set name = 'x' where id = '${secretId}' returning id`, undefined],
      [`delete from app.projects where id = '${secretId}' returning id`, undefined],
      [`update app.projects set tenant_id = '${mallory.tenantId}' returning id`, "42501"],
      [`insert into app.projects (tenant_id, name) values ('${victim.tenantId}', 'x')`, "42501"],
    ] as const) {
      const { failure, rows } = await request(mallory, text);
      expect([text, (failure as { code?: string })?.code]).toEqual([text, code]);
      expect(rows[2] ?? []).toEqual([]);
    }
    await secretIsIntact(site);
  });

  it("gets no row moved in", async () => {
    const site = await newSite();
    const { mallory, victim, request } = site;
    await request(mallory, "insert into app.projects (name) values ('mine')");
    const move = `update app.projects set tenant_id = '${victim.tenantId}'`;
    expect((await request(mallory, move)).failure).toMatchObject({ code: "42501" });
    await secretIsIntact(site);
  });

  it("is no conflict for an ON CONFLICT to act on", async () => {
    const site = await newSite();
    const { mallory, victim, secretId, request } = site;
    for (const action of ["do nothing", "do update set name = excluded.name"]) {
      const upsert = `insert into app.projects (tenant_id, id, name)
        values ('${victim.tenantId}', '${secretId}', 'x') on conflict (tenant_id, id) ${action}`;
      expect((await request(mallory, upsert)).failure).toMatchObject({ code: "42501" });
    }
    // The key begins with the tenant: the same id is free in one's own.
    const own = `insert into app.projects (id, name) values ('${secretId}', 'x') returning 'made'`;
    expect(lastValue(await request(mallory, own))).toBe("made");
    await secretIsIntact(site);
  });

  it("is out of reach for MERGE", async () => {
    const site = await newSite();
    const { mallory, victim, secretId, request } = site;
    const merge = (action: string) =>
      `merge into app.projects p
       using (values ('${victim.tenantId}'::uuid, '${secretId}'::uuid)) as s (tenant_id, id)
       on p.tenant_id = s.tenant_id and p.id = s.id ${action}`;
    for (const action of ["when matched then delete", "when matched then update set name = 'x'"]) {
      expect((await request(mallory, merge(action))).failure).toBeUndefined();
    }
    const insert = merge(
      "when not matched then insert (tenant_id, name) values (s.tenant_id, 'x')",
    );
    expect((await request(mallory, insert)).failure).toMatchObject({ code: "42501" });
    await secretIsIntact(site);
  });

  it("is in no COPY", async () => {
    const { api, mallory, request } = await newSite();
    const { client, giveBack } = await api.borrow();
    const copied: string[] = [];
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on("copyData", ({ chunk }) => copied.push(String(chunk)));
    giveBack(true);

    await request(mallory, "insert into app.projects (name) values ('mine')");
    await request(mallory, "copy app.projects to stdout", "copy (table audit.events) to stdout");
    expect(copied.join("")).toContain("mine");
    expect(copied.join("")).not.toContain("secret");
  });

  it("is not shown to a condition that tells of what it is shown", async () => {
    const { mallory, victim, request } = await newSite();
    const leak = "select 1 from app.projects where (name || '!')::int = 1";
    expect((await request(victim, leak)).failure).toMatchObject({ code: "22P02" });
    expect((await request(mallory, leak)).failure).toBeUndefined();
  });

  it("stays out of sight when one plan serves both tenants", async () => {
    const { mallory, victim, secretId, request } = await newSite();
    for (let round = 0; round < 8; round++) {
      for (const [person, seen] of [
        [victim, [[secretId, "secret"]]],
        [mallory, []],
      ] as const) {
        const { rows } = await request(
          person,
          "set plan_cache_mode = force_generic_plan",
          listProjects(),
        );
        expect(rows.at(-1)).toEqual(seen);
      }
    }
  });

  it("does not show in what others see of a running request", async () => {
    const { database, mallory, victim, request } = await newSite();
    const watcher = database.as("api", { max: 1 });
    const running = request(victim, anySql("select pg_sleep(0.3), $1::text", "hush-hush"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { rows } = await watcher.run([
      anySql(
        "select query from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid() and datname = current_database()",
      ),
    ]);
    await running;
    expect(rows[0]).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain("hush-hush");
    expect(mallory).toBeDefined();
  });
});

describe("what one request leaves on the connection", () => {
  it("is only its own: a cursor WITH HOLD gives the next tenant nothing of theirs away", async () => {
    const { mallory, victim, request } = await newSite();
    await request(mallory, "insert into app.projects (name) values ('mine')");
    await request(
      mallory,
      "declare held cursor with hold for select name, app.tenant_id() from app.projects",
    );
    const { rows } = await request(victim, "fetch all from held", "select app.tenant_id()");
    expect(rows.slice(2)).toEqual([[["mine", mallory.tenantId]], [[victim.tenantId]]]);
  });

  it("does not disturb the next one: a subscription, a lock", async () => {
    const { database, mallory, victim, request } = await newSite();
    await request(mallory, "listen anything", "select pg_advisory_lock(1)");
    await database.sql("select pg_notify('anything', 'in the middle of a request')");
    const { rows, failure } = await request(victim, listProjects());
    expect(failure).toBeUndefined();
    expect(rows.at(-1)).toEqual([[expect.any(String), "secret"]]);
  });
});
