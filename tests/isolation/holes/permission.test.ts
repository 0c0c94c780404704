import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { callerOf } from "../../support/caller.ts";
import { bound, hole, lastValue, type Site } from "../../support/hole.ts";
import { forgetPermission, redefine } from "../../support/mutation.ts";

const asks = ({ api, victim }: Site, permission: string, ...statements: string[]) =>
  send(callerOf(api, victim, { permission }), bound(statements));

/** SQL in a request that was opened for something else, in one's own tenant. */
const readTrail = async (site: Site) =>
  lastValue(await asks(site, "project:write", "select action from audit.events"));

hole("a request reads the trail only if it was opened to", {
  attack: readTrail,
  broken: {
    "the policy asks for the tenant alone": ({ database }) =>
      database.sql(
        "alter policy tenant_isolation on audit.events using (tenant_id = (select id from app.current_tenant))",
      ),
  },
});

const makeKey = async (site: Site) =>
  lastValue(
    await asks(
      site,
      "project:write",
      "insert into app.api_keys (name, prefix, token_hash, scopes) values ('x', 'x', sha256('x'), '{project:read}') returning id",
    ),
  );

hole("a request makes an API key only if it was opened to", {
  attack: makeKey,
  broken: {
    "the policy asks for the tenant alone": ({ database }) =>
      database.sql(
        `alter policy tenant_isolation on app.api_keys
           using (tenant_id = (select id from app.current_tenant))
           with check (tenant_id = (select id from app.current_tenant))`,
      ),
  },
});

const writeInRead = async (site: Site) =>
  lastValue(await asks(site, "project:read", "delete from app.projects returning name"));

hole("a request that was opened to read deletes nothing", {
  attack: writeInRead,
  broken: {
    "its transaction may write": ({ database }) =>
      redefine(database, "app.end_writes", (definition) =>
        definition.replace("like '%:read'", "= 'none'"),
      ),
  },
});

const turnBack = async (site: Site) =>
  lastValue(
    await asks(
      site,
      "project:read",
      `do $$ begin
         perform set_config('transaction_read_only', 'off', true);
       exception when others then null; end $$`,
      "insert into app.projects (name) values ('written') returning name",
    ),
  );

hole("a request that was opened to read can't make itself one that writes", {
  attack: turnBack,
  given: ({ database }) => forgetPermission(database),
  broken: {
    "its transaction may write": ({ database }) =>
      redefine(database, "app.end_writes", (definition) =>
        definition.replace("like '%:read'", "= 'none'"),
      ),
  },
});

/** What a move has left at home, in a context that home opens for what it keeps. */
const writeLeftBehind = async (site: Site) => {
  await site.database.sql("update auth.tenants set placement = 'annex' where id = $1", [
    site.victim.tenantId,
  ]);
  return lastValue(
    await asks(site, "api_key:manage", "update app.projects set name = 'stale' returning name"),
  );
};

hole("rows that a tenant has left behind at home are not written there", {
  attack: writeLeftBehind,
  broken: {
    "the policy asks for the tenant alone": ({ database }) => forgetPermission(database),
  },
});

const enqueueLeftBehind = async (site: Site) => {
  await site.database.sql("update auth.tenants set placement = 'annex' where id = $1", [
    site.victim.tenantId,
  ]);
  await asks(
    site,
    "api_key:manage",
    "select app.enqueue(gen_random_uuid(), 'project.export', '{}')",
  );
  const [job] = await site.database.sql("select id from app.jobs");
  return job;
};

hole("no job is left at home for a tenant that lives elsewhere", {
  attack: enqueueLeftBehind,
  broken: {
    "enqueue does not ask where the tenant lives": ({ database }) =>
      redefine(database, "app.enqueue", (definition) =>
        definition.replace(" and t.placement = k.database", ""),
      ),
  },
});
