import { randomUUID } from "node:crypto";
import { enqueue, mutate } from "@bulkhead/db";
import { callerOf, createProject } from "../../support/caller.ts";
import { sha256 } from "../../support/database.ts";
import { hole, lastValue, type Site } from "../../support/hole.ts";
import { forgetPermission } from "../../support/mutation.ts";

/** Opens a job of another tenant, whose ids one may have seen somewhere, and reads on in its name. */
async function switchTenant({ api, mallory, victim, request }: Site) {
  const job = randomUUID();
  await mutate(callerOf(api, victim), {
    key: job,
    hash: sha256("job"),
    change: createProject({ name: "more" }),
    jobs: [enqueue(job, "project.export", {}, null, null)],
  });
  const outcome = await request(
    mallory,
    `select app.open_job('${victim.tenantId}', '${job}', 1, null, 'r')`,
    "select name from app.projects where name = 'secret'",
  );
  return lastValue(outcome);
}

hole("the API's role opens no job, which would be a way into every tenant", {
  attack: switchTenant,
  given: ({ database }) => forgetPermission(database),
  broken: {
    "it may execute open_job": ({ database }) =>
      database.sql("grant execute on function app.open_job to bulkhead_api"),
  },
});

/** Calls a function that a later migration made and granted to no role. */
async function callNewFunction({ database, mallory, request }: Site) {
  await database.sql(`
    set role bulkhead_owner;
    drop function if exists app.whole_trail();
    create function app.whole_trail() returns setof audit.events
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      as $$ begin return query select * from audit.events; end $$;
    reset role`);
  return lastValue(
    await request(mallory, "select id from app.whole_trail() where tenant_id <> app.tenant_id()"),
  );
}

hole("a new function is executable by no role until it is granted", {
  attack: callNewFunction,
  broken: {
    "PostgreSQL's default was left as it is": ({ database }) =>
      database.sql(
        "alter default privileges for role bulkhead_owner grant execute on functions to public",
      ),
    "it was taken back for one schema, which does nothing": ({ database }) =>
      database.sql(`
        alter default privileges for role bulkhead_owner grant execute on functions to public;
        alter default privileges for role bulkhead_owner in schema app revoke execute on functions from public`),
  },
});

/** Lets the audit trigger speak of things that never happened. */
async function forgeEvent({ database, mallory, request }: Site) {
  await request(
    mallory,
    "create table public.projects (tenant_id uuid, id uuid, name text)",
    "create trigger record after insert on public.projects for each row execute function audit.record()",
    "insert into public.projects values (app.tenant_id(), gen_random_uuid(), 'never happened')",
  );
  const [forged] = await database.sql(
    "select * from audit.events where after ->> 'name' = 'never happened'",
  );
  return forged;
}

hole("no role attaches the audit trigger to a table of its own", {
  attack: forgeEvent,
  given: ({ database }) => database.sql("grant usage, create on schema public to bulkhead_api"),
  broken: {
    "the API's role may execute its function": ({ database }) =>
      database.sql("grant execute on function audit.record() to bulkhead_api"),
  },
});

hole("the API's role makes no tables", {
  attack: forgeEvent,
  given: ({ database }) => database.sql("grant execute on function audit.record() to bulkhead_api"),
  broken: {
    "it may create in a schema": ({ database }) =>
      database.sql("grant usage, create on schema public to bulkhead_api"),
  },
});
