import { describe, expect, it } from "vitest";
import { RESET } from "../../../packages/db/src/tenant/credential.ts";
import { anySql } from "../../support/caller.ts";
import { lastValue, newSite, type Site } from "../../support/hole.ts";

const LOOK = "select name from app.projects";
const WHO = "select app.tenant_id()";

/** The victim's context and its signature, as if they had leaked whole. */
async function leaked({ victim, request }: Site) {
  const both = await request(
    victim,
    "select current_setting('app.ctx') || ' ' || current_setting('app.sig')",
  );
  const [context = "", signature = ""] = String(lastValue(both)).split(" ");
  return { context, signature };
}

const claim = (context: string, signature: string, local = true) =>
  anySql(
    `select set_config('app.ctx', $1, ${local}), set_config('app.sig', $2, ${local})`,
    context,
    signature,
  );

describe("a context", () => {
  it("is not opened by setting what opening sets", async () => {
    const { api, victim } = await newSite();
    const context = `${victim.tenantId}|user:${victim.userId}|owner|r|a`;
    for (const signature of ["", "0".repeat(64), "null"]) {
      const { rows } = await api.run([claim(context, signature), anySql(WHO), anySql(LOOK)]);
      expect(rows.slice(1)).toEqual([[[null]], []]);
    }
  });

  it("is good in its own transaction only, on its own backend", async () => {
    const site = await newSite();
    const { context, signature } = await leaked(site);
    for (const local of [true, false]) {
      const { rows } = await site.api.run([claim(context, signature, local), anySql(WHO)]);
      expect(rows.at(-1)).toEqual([[null]]);
      expect(lastValue(await site.api.run([anySql(LOOK)]))).toBeUndefined();
    }
  });

  it("is refused on another backend while its transaction is still open", async () => {
    const site = await newSite();
    const other = site.database.as("api", { max: 1 });
    const { client, giveBack } = await site.api.borrow();
    await client.query("begin");
    await client.query("select from app.open_session($1, 'project:read', 'a', 'r')", [
      (site.victim.credential as { proof: Buffer }).proof,
    ]);
    const { rows } = await client.query(
      "select current_setting('app.ctx') c, current_setting('app.sig') s, app.tenant_id() t",
    );
    expect(rows[0].t).toBe(site.victim.tenantId);
    const elsewhere = await other.run([claim(rows[0].c, rows[0].s), anySql(WHO), anySql(LOOK)]);
    expect(elsewhere.rows.slice(1)).toEqual([[[null]], []]);
    giveBack(false);
  });

  it("can't be exchanged for another under the same signature", async () => {
    const { victim, mallory, request } = await newSite();
    const swap = `select set_config('app.ctx',
      replace(current_setting('app.ctx'), '${mallory.tenantId}', '${victim.tenantId}'), true)`;
    const { rows } = await request(mallory, WHO, swap, WHO, LOOK);
    expect(rows.slice(2)).toEqual([[[mallory.tenantId]], expect.anything(), [[null]], []]);
  });

  it("is neither kept nor changed by savepoints", async () => {
    const site = await newSite();
    const { context, signature } = await leaked(site);
    const { rows, failure } = await site.request(
      site.mallory,
      "begin",
      "savepoint a",
      claim(context, signature),
      WHO,
      "rollback to savepoint a",
      WHO,
      "release savepoint a",
      WHO,
      "rollback",
      WHO,
    );
    expect(failure).toBeUndefined();
    const answers = rows
      .slice(2)
      .flat()
      .filter((row) => row.length === 1);
    expect(answers.map(([value]) => value)).toEqual([
      null,
      site.mallory.tenantId,
      site.mallory.tenantId,
      null,
    ]);
  });

  it("ends with a COMMIT in the middle: what follows reads and writes nothing", async () => {
    const { database, mallory, request } = await newSite();
    const mine = "insert into app.projects (name) values ('mine')";
    const read = await request(mallory, mine, "commit", WHO, LOOK);
    expect(read.rows.slice(-2)).toEqual([[[null]], []]);

    const written = await request(
      mallory,
      "commit",
      "insert into app.projects (name) values ('x')",
    );
    expect(written.failure).toMatchObject({ code: "42501" });
    const inDo = await request(mallory, "do $$ begin commit; end $$", WHO, LOOK);
    expect(inDo.rows.slice(-2)).toEqual([[[null]], []]);
    expect(await database.sql("select from app.projects where name = 'x'")).toEqual([]);
  });

  it("can't be carried over a COMMIT, in one batch or in one statement", async () => {
    const { mallory, request } = await newSite();
    const keep = `select set_config('app.kept', current_setting('app.ctx'), false),
                         set_config('app.kept_signature', current_setting('app.sig'), false)`;
    const restore = `select set_config('app.ctx', current_setting('app.kept'), true),
                            set_config('app.sig', current_setting('app.kept_signature'), true)`;
    const batch = await request(mallory, keep, "commit", restore, WHO);
    expect(batch.rows.at(-1)).toEqual([[null]]);

    const statement = `do $$
      declare
        context text := current_setting('app.ctx');
        signature text := current_setting('app.sig');
      begin
        for attempt in 1 .. 200 loop
          commit;
          perform set_config('app.ctx', context, true), set_config('app.sig', signature, true);
          if app.tenant_id() is not null then raise exception 'carried over'; end if;
        end loop;
      end $$`;
    expect((await request(mallory, statement)).failure).toBeUndefined();
  });

  it("takes its connection with it when a transaction is left open behind it", async () => {
    const { api, mallory, request } = await newSite();
    const backend = async () =>
      lastValue(await api.run([RESET, anySql("select pg_backend_pid()")]));
    const before = await backend();
    const { failure } = await request(mallory, "commit", "begin", WHO);
    expect(failure).toMatchObject({ message: expect.stringContaining("transaction of its own") });
    expect(await backend()).not.toBe(before);
  });

  it("is not left behind by a refusal that was caught", async () => {
    const { api, database, mallory, victim } = await newSite();
    await database.sql("update auth.tenants set status = 'suspended' where id = $1", [
      victim.tenantId,
    ]);
    const proof = (person: typeof victim) => (person.credential as { proof: Buffer }).proof;
    const opening = (person: typeof victim, action: string) =>
      `app.open_session('\\x${proof(person).toString("hex")}', 'project:read', '${action}', 'r')`;
    const refused = (person: typeof victim, action: string) =>
      anySql(`do $$ begin perform ${opening(person, action)};
              exception when others then null; end $$`);

    const { rows } = await api.run([
      refused(victim, "a"),
      anySql(WHO),
      refused(mallory, "a|b"),
      anySql(WHO),
      anySql(`select ${opening(mallory, "a")}`),
      refused(victim, "a"),
      anySql(WHO),
    ]);
    expect([rows[1], rows[3], rows[6]]).toEqual([[[null]], [[null]], [[mallory.tenantId]]]);
  });

  it("is gone after RESET ALL, DISCARD or a failed request", async () => {
    const { api, mallory, request } = await newSite();
    expect((await request(mallory, "reset all", WHO)).rows.at(-1)).toEqual([[null]]);
    await request(mallory, "select 1 / 0");
    const { rows } = await api.run([anySql(WHO), anySql("select app.actor()"), anySql(LOOK)]);
    expect(rows).toEqual([[[null]], [[null]], []]);
  });
});
