import type { Check } from "./check.ts";

/**
 * Which role may execute which of our functions: no other role may.
 * `mac` and `signed` are arithmetic over a key that the caller would have to have: the view that
 * policies ask calls them as its caller.
 */
export const EXECUTE: Record<string, readonly string[]> = {
  bulkhead_auth: ["app.new_id()"],
  bulkhead_api: [
    "app.actor()",
    "app.claim(text,bytea)",
    "app.claimed_actor()",
    "app.claimed_tenant()",
    "app.enqueue(uuid,text,jsonb,timestamp with time zone,smallint)",
    "app.finish(smallint,json)",
    "app.open_api_key(bytea,text,text,text)",
    "app.open_assertion(text)",
    "app.open_session(bytea,text,text,text)",
    "app.proceed()",
    "app.search_projects(text,text,text,timestamp with time zone,uuid,integer)",
    "app.mac(bytea,text)",
    "app.new_id()",
    "app.signed(bytea)",
    "app.tenant_attributes(uuid,jsonb)",
    "app.tenant_id()",
    "app.tenant_words(uuid,text)",
  ],
  bulkhead_worker: [
    "app.actor()",
    "app.admit_after(uuid,uuid,integer)",
    "app.claimed_actor()",
    "app.claimed_tenant()",
    "app.complete_job(jsonb)",
    "app.enqueue(uuid,text,jsonb,timestamp with time zone,smallint)",
    "app.fail_attempt(jsonb,integer)",
    "app.fail_job(jsonb)",
    "app.apply_tenant_status(text)",
    "app.open_asserted_job(text,integer,integer)",
    "app.open_job(uuid,uuid,integer,integer,text)",
    "app.requeue_job(uuid,uuid,integer,text)",
    "app.mac(bytea,text)",
    "app.new_id()",
    "app.refuse_tainted()",
    "app.signed(bytea)",
    "app.tenant_status(uuid)",
    "app.start_job(integer)",
    "app.tenant_id()",
  ],
  bulkhead_dead_letters: [
    "app.give_up_job(uuid,uuid,integer,text,jsonb)",
    "app.apply_tenant_status(text)",
    "app.refuse_tainted()",
    "app.tenant_status(uuid)",
    "app.trace_of(uuid,uuid)",
  ],
  bulkhead_sweeper: [
    "app.arm_sweep()",
    "app.apply_tenant_status(text)",
    "app.refuse_tainted()",
    "app.tenant_statuses(text)",
    "app.sweep(text,integer)",
    "app.sweep_armed(integer)",
    "app.sweep_expired(text,integer)",
  ],
  bulkhead_operator: [
    "app.absent_tenant()",
    "app.archive_seal(bytea)",
    "app.begin_export(uuid)",
    "app.begin_move(uuid,text)",
    "app.begin_restore(uuid,text)",
    "app.changes_since(uuid,xid8)",
    "app.create_tenant(text,text,text,integer)",
    "app.dismiss_tenant(uuid)",
    "app.end_move(uuid,text)",
    "app.find_tenants(text)",
    "app.follow_move(jsonb)",
    "app.forget_changes(uuid,xid8)",
    "app.host_tenant(jsonb)",
    "app.ledger()",
    "app.moves_of(uuid)",
    "app.moving_tenant()",
    "app.note_archive(uuid,text)",
    "app.note_checksums(uuid,jsonb)",
    "app.note_copy(uuid,xid8)",
    "app.pause_writes(uuid,integer)",
    "app.fail_restored_jobs(uuid)",
    "app.switch_move(uuid,xid8,integer,bigint,integer,integer)",
    "app.take_statistics(text)",
    "app.tenant_attributes(uuid,jsonb)",
    "app.tenant_row(uuid)",
    "app.tenant_tables()",
    "app.tenant_words(uuid,text)",
    "app.this_place()",
  ],
};

const allowed = Object.entries(EXECUTE)
  .flatMap(([role, functions]) => functions.map((name) => `('${role}', '${name}')`))
  .join(", ");

export const execute: Check = {
  id: "execute",
  guarantee: "every function is executed by the roles that were named for it, and by no other",
  subjects: `
    with granted (role, name) as (
        select coalesce(r.rolname, 'PUBLIC'), f.name
          from functions f
          cross join lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
          left join pg_roles r on r.oid = a.grantee
         where a.grantee <> f.proowner),
      allowed (role, name) as (values ${allowed})
    select coalesce(g.name, a.name) as object,
           coalesce(g.role || ' may execute it', 'only the owner may execute it') as found,
           case when g.name is null and f.name is null then a.role || ' should execute ' || a.name || ', which does not exist'
                when g.name is null then a.role || ' may not execute ' || a.name || ', and needs to'
                when a.name is null then g.role || ' may execute ' || g.name || ', and is not named for it'
           end as fault,
           case when g.name is null and f.name is null then 'Take it out of EXECUTE in tests/prove/isolation/execute.ts.'
                when g.name is null then format('grant execute on function %s to %I;', a.name, a.role)
                when a.name is null then format('revoke execute on function %s from %s; -- or name it in EXECUTE in tests/prove/isolation/execute.ts',
                  g.name, case g.role when 'PUBLIC' then 'public' else quote_ident(g.role) end)
           end as remedy
      from granted g full join allowed a on (a.role, a.name) = (g.role, g.name)
      left join functions f on f.name = a.name
    union all
    select f.name, 'only the owner may execute it', null, null
      from functions f where f.name not in (select name from granted) and f.name not in (select name from allowed)`,
};
