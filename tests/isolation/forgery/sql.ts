// What an attacker might try to say in SQL. `{…}` stands for what they know: ids of the victim's, a
// context and its signature from an earlier transaction, the names that the driver uses.

const READS = [
  "select * from app.projects",
  "select * from app.jobs",
  "select * from audit.events",
  "table app.api_keys",
  "select name from app.projects where tenant_id = '{tenant}'",
  "select * from app.projects where id = '{secret}' for update",
  "select (name || '!')::int from app.projects where tenant_id = '{tenant}'",
  "select to_jsonb(p) from app.projects p limit 1",
  "copy app.projects to stdout",
  "copy (select * from audit.events) to stdout",
  "explain (analyze, verbose, costs off, timing off) select * from app.projects",
  "with seen as materialized (select * from app.projects) select * from seen",
  "select query from pg_stat_activity",
  "select * from pg_prepared_statements",
  "select * from pg_cursors",
  "select * from pg_settings where name like 'app.%'",
  "select * from pg_stats where schemaname in ('app', 'audit')",
  "select key from app.signing_keys",
  "select * from auth.sessions",
  "select app.tenant_id(), app.actor(), app.claimed_tenant(), app.claimed_actor()",
  "select app.context()",
  "select t, t.id from app.current_tenant t where t.id::text <> '{own}'",
  "select app.signed(sha256('')), app.mac('', current_setting('app.ctx', true))",
  "explain (analyze, verbose, costs off, timing off) select * from app.current_tenant",
  "select answer::text from app.claim('secret', sha256('secret'))",
  "do $$ declare r record; begin for r in select * from app.projects loop raise notice '%', r; end loop; end $$",
];

const WRITES = [
  "insert into app.projects (name) values ('mine')",
  "insert into app.projects (tenant_id, name) values ('{tenant}', 'planted')",
  "insert into app.projects (tenant_id, id, name) values ('{tenant}', '{secret}', 'x') on conflict (tenant_id, id) do update set name = 'x'",
  "insert into app.projects (id, name) values ('{secret}', 'mine')",
  "update app.projects set name = 'defaced' where id = '{secret}'",
  "update app.projects set name = 'defaced'",
  "update app.projects set tenant_id = '{tenant}'",
  "update app.api_keys set scopes = array['project:read'], token_hash = sha256('x')",
  "update app.jobs set state = 'failed'",
  "delete from app.projects where tenant_id = '{tenant}'",
  "delete from audit.events",
  "merge into app.projects p using (values ('{secret}'::uuid)) s (id) on p.id = s.id when matched then delete",
  "truncate app.projects",
  "select app.finish(200::smallint, '{}')",
  "select app.enqueue(gen_random_uuid(), 'project.export', '{}')",
  "copy app.projects from stdin",
];

const CONTEXT = [
  "select set_config('app.ctx', '{forged}', true), set_config('app.sig', E'{leakedSig}', true)",
  "select set_config('app.ctx', '{leakedCtx}', true), set_config('app.sig', E'{leakedSig}', true)",
  "select set_config('app.ctx', '{leakedCtx}', false), set_config('app.sig', E'{leakedSig}', false)",
  "select set_config('app.ctx', '{otherCtx}', true), set_config('app.sig', E'{otherSig}', true)",
  "select set_config('app.ctx', '{forged}', true), set_config('app.sig', repeat('0', 64), true)",
  "select set_config('app.ctx', '{forged}', false), set_config('app.sig', '', false)",
  "select set_config('app.ctx', replace(current_setting('app.ctx'), '{own}', '{tenant}'), true)",
  "select set_config('app.ctx', '{tenant}|' || current_setting('app.ctx', true), true)",
  "select set_config('app.kept', current_setting('app.ctx', true), false), set_config('app.kept_sig', current_setting('app.sig', true), false)",
  "select set_config('app.ctx', current_setting('app.kept', true), true), set_config('app.sig', current_setting('app.kept_sig', true), true)",
  "set local app.ctx = '{leakedCtx}'",
  "set app.sig = E'{leakedSig}'",
  "reset app.ctx",
  "reset all",
  "discard plans",
  "discard all",
  "select app.open_session('\\x{proof}', 'project:read', 'a', 'r')",
  "select app.open_session('\\x{proof}', 'project:read', 'a|{tenant}', 'r')",
  "select app.open_session(sha256('guess'), 'project:read', 'a', 'r')",
  "do $$ begin perform app.open_session('\\x{proof}', 'nothing', 'a', 'r'); exception when others then null; end $$",
  "select app.open_job('{tenant}', '{job}', 1, null, 'r')",
  "select app.sign_context('{tenant}', 'user:x', 'owner', 'r', 'a', 'project:write')",
  "select app.mac('key', '{forged}')",
  "select app.give_up_job('{tenant}', '{job}', 1, 'r', null)",
  "select app.requeue_job('{tenant}', '{job}', 1, 'r')",
  "select app.admit_after('{tenant}', '{job}', 1)",
  "select app.start_job(25)",
  "select * from app.complete_job('{}')",
];

const TRANSACTIONS = [
  "begin",
  "commit",
  "rollback",
  "savepoint a",
  "rollback to savepoint a",
  "release savepoint a",
  "commit and chain",
  "start transaction isolation level serializable, read only",
  "set transaction isolation level repeatable read",
  "set session characteristics as transaction read only",
  "prepare transaction 'a'",
  "do $$ begin commit; end $$",
  "do $$ declare c text := current_setting('app.ctx', true); s text := current_setting('app.sig', true); begin commit; perform set_config('app.ctx', c, true), set_config('app.sig', s, true); end $$",
  "select pg_export_snapshot()",
  "set constraints all deferred",
];

const EVIL = {
  deface: "update app.projects set name = 'defaced' returning id, name",
  look: "select id, name from app.projects",
  steal: "select pg_notify('loot', coalesce(encode($1, 'hex'), ''))::text, $2, $3, $4",
};

const PREPARED = [
  `prepare a as ${EVIL.look}`,
  "execute a",
  "deallocate a",
  "deallocate all",
  'deallocate "{verb}"',
  `prepare "{verb}" as ${EVIL.deface}`,
  `prepare "open" (bytea, text, text, text) as ${EVIL.steal}`,
  'deallocate "open"',
  'execute "{verb}"',
  // Every name that the driver has, with SQL of the attacker's behind it.
  `do $do$ declare s record; begin
     for s in select name, parameter_types from pg_prepared_statements loop
       execute format('deallocate %I', s.name);
       if cardinality(s.parameter_types) = 4 then execute format('prepare %I (bytea, text, text, text) as ${EVIL.steal.replaceAll("'", "''")}', s.name);
       else execute format('prepare %I as ${EVIL.deface.replaceAll("'", "''")}', s.name); end if;
     end loop; end $do$`,
  "select pg_notify('loot', string_agg(statement, ' ')) from pg_prepared_statements",
];

const CURSORS = [
  "declare c cursor for select * from app.projects",
  "declare c cursor with hold for select *, app.tenant_id() from app.projects",
  "declare c cursor with hold for select id from app.current_tenant",
  "declare c scroll cursor with hold for select * from audit.events",
  "fetch all from c",
  "move forward all in c",
  "close c",
  "close all",
];

const LOOKALIKES = [
  "create temporary table projects (tenant_id uuid, id uuid, name text)",
  "create table app.projects2 as select * from app.projects",
  "create view public.v as select * from app.projects",
  "create schema mine",
  "create function pg_temp.spy(pg_catalog.uuid) returns boolean language plpgsql as $$ begin if current_user = 'bulkhead_owner' then perform set_config('app.loot', (select encode(key, 'hex') from app.signing_keys), false); end if; return true; end $$",
  "create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.spy(value))",
  "create type pg_temp.uuid as (x int)",
  "create function pg_temp.eq(uuid, uuid) returns boolean language sql as 'select true'",
  "create operator pg_temp.= (function = pg_temp.eq, leftarg = uuid, rightarg = uuid)",
  "create cast (text as uuid) with inout as implicit",
  "create rule r as on select to app.projects do instead select 1",
  "create trigger t after insert on app.projects for each row execute function audit.record()",
  "create policy wide on app.projects using (true)",
  "set search_path = pg_temp, public, app",
  "select app.enqueue(gen_random_uuid(), 'project.export', '{}', now() + interval '1 hour')",
  "select nullif(current_setting('app.loot', true), '')",
  "select lo_from_bytea(0, convert_to(coalesce(current_setting('app.ctx', true), ''), 'UTF8'))",
];

const SETTINGS = [
  "set client_min_messages = log",
  "set client_min_messages = debug5",
  "set debug_print_plan = on",
  "set debug_print_parse = on",
  "set debug_print_rewritten = on",
  "set debug_pretty_print = off",
  "set row_security = off",
  "set role bulkhead_owner",
  "set session authorization bulkhead_owner",
  "set session_replication_role = replica",
  "set plan_cache_mode = force_generic_plan",
  "set TimeZone = 'Asia/Tokyo'",
  "set DateStyle = 'German'",
  "set bytea_output = escape",
  "set transform_null_equals = on",
  "set standard_conforming_strings = off",
  "set client_encoding = 'LATIN1'",
  "set debug_parallel_query = on",
  "set plpgsql.variable_conflict = use_column",
  "set default_transaction_read_only = on",
  "set work_mem = '123MB'",
  "set lc_messages = 'C'",
  "set constraint_exclusion = on",
  "alter role bulkhead_{role} in database {database} set work_mem = '77MB'",
];

const OTHERS = [
  "listen loot",
  "notify loot, 'hello'",
  "select pg_notify('loot', coalesce(current_setting('app.ctx', true), ''))",
  "unlisten *",
  "select pg_advisory_lock(42)",
  "select pg_try_advisory_xact_lock(42)",
  "lock table app.projects in access exclusive mode",
  "select lo_creat(-1)",
  "select convert_from(lo_get(oid), 'UTF8') from pg_largeobject_metadata",
  "select pg_cancel_backend(pg_backend_pid())",
  "select pg_terminate_backend(pg_backend_pid())",
  "select 1 / 0",
  "select 'canary'::int",
  "selec",
  "do $$ begin raise exception 'out'; end $$",
  "do $$ begin perform 1 / 0; exception when others then null; end $$",
  "",
  "select 1; select 2",
  "commit; begin; select * from app.projects",
];

/** What is answered by chance, or by what else the machine does. Without the standard, random bytes in a literal are an error or none. */
export const UNCERTAIN =
  /pg_stat_activity|pg_prepared_statements|pg_terminate|pg_cancel|debug|pg_stats|explain|app\.loot|standard_conforming/;

/** By what they play with. */
export const FAMILIES = {
  reads: READS,
  writes: WRITES,
  context: CONTEXT,
  transactions: TRANSACTIONS,
  prepared: PREPARED,
  cursors: CURSORS,
  lookalikes: LOOKALIKES,
  settings: SETTINGS,
  others: OTHERS,
} as const;

export type Family = keyof typeof FAMILIES;

/** Several that only do something together, in this order. */
export const RECIPES: Partial<Record<Family, readonly (readonly string[])[]>> = {
  context: [
    [CONTEXT[0] ?? "", READS[0] ?? ""],
    [CONTEXT[1] ?? "", READS[0] ?? ""],
    [CONTEXT[3] ?? "", READS[0] ?? ""],
    [CONTEXT[8] ?? "", "commit", CONTEXT[9] ?? "", READS[0] ?? ""],
  ],
  prepared: [
    ['deallocate "{verb}"', `prepare "{verb}" as ${EVIL.deface}`],
    ['deallocate "open"', `prepare "open" (bytea, text, text, text) as ${EVIL.steal}`],
  ],
  lookalikes: [[4, 5, 14, 15].map((index) => LOOKALIKES[index] ?? "")],
  settings: [
    [
      "set client_min_messages = log",
      "set debug_pretty_print = off",
      "set debug_print_plan = on",
      "set debug_print_parse = on",
      "discard plans",
      "select app.tenant_id()",
      "select app.open_session('\\x{proof}', 'project:read', 'a', 'r')",
    ],
  ],
};
