/**
 * What PostgreSQL's own catalog must say, so that a new table, function or role that lacks a
 * discipline is found without anybody remembering to look. Each query returns what is wrong, as text:
 * no row is the proof.
 */
export type Proof = { guarantee: string; violations: string };

const OURS = "('app', 'audit', 'auth')";
const RUNTIME = `(select oid, rolname from pg_roles where rolname in
  ('bulkhead_auth', 'bulkhead_api', 'bulkhead_worker', 'bulkhead_dead_letters', 'bulkhead_sweeper'))`;
const TABLES = `(select c.oid::regclass::text as name, c.*, n.nspname
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ${OURS} and c.relkind in ('r', 'p', 'm', 'v', 'f'))`;
const FUNCTIONS = `(select p.oid::regprocedure::text as name, p.*
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ${OURS})`;

/** Tables that belong to a tenant and still lack a trigger that audits them, and why. */
const NOT_AUDITED: Record<string, string> = {
  "audit.events": "It is the trail.",
  "app.idempotency_keys": "What it keeps is the answer to a change that is audited itself.",
};

/** Tables that hold a tenant's id and are keyed by their own all the same, and why. */
const NOT_TENANT_LEADING: Record<string, string> = {
  "auth.members": "Better Auth finds a row by id; only the auth function reads it.",
  "auth.invitations": "Better Auth finds a row by id; only the auth function reads it.",
};

const listed = (names: Record<string, string>) =>
  Object.keys(names)
    .map((name) => `'${name}'`)
    .join(", ");

/** Which role may execute which of our functions: all others may not, and nobody else may at all. */
export const EXECUTE: Record<string, readonly string[]> = {
  bulkhead_api: [
    "app.actor()",
    "app.claim(text,bytea)",
    "app.claimed_actor()",
    "app.claimed_tenant()",
    "app.enqueue(uuid,text,jsonb,timestamp with time zone,smallint)",
    "app.finish(smallint,json)",
    "app.open_api_key(bytea,text,text,text)",
    "app.open_cursor(text,text)",
    "app.open_session(bytea,text,text,text)",
    "app.proceed()",
    "app.seal_cursor(text,timestamp with time zone,uuid)",
    "app.tenant_id()",
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
    "app.open_job(uuid,uuid,integer,integer,text)",
    "app.park_job(uuid,uuid,integer,text)",
    "app.start_job(integer)",
    "app.tenant_id()",
  ],
  bulkhead_dead_letters: ["app.give_up_job(uuid,uuid,integer,text,jsonb)"],
  bulkhead_sweeper: [
    "app.arm_sweep()",
    "app.sweep(text,integer)",
    "app.sweep_armed(integer)",
    "app.sweep_expired(text,integer)",
  ],
};

const allowed = Object.entries(EXECUTE)
  .flatMap(([role, functions]) => functions.map((name) => `('${role}', '${name}')`))
  .join(", ");

export const PROOFS = {
  rowSecurity: {
    guarantee: "every relation of ours is a table with row level security, forced on its owner too",
    violations: `select t.name || ' (' || t.relkind::text || ')' from ${TABLES} t
      where t.relkind <> 'r' or not t.relrowsecurity or not t.relforcerowsecurity`,
  },
  policies: {
    guarantee: "every table has a policy, and every policy says whom it is for",
    violations: `select t.name || ' has no policy' from ${TABLES} t
      where not exists (select from pg_policy p where p.polrelid = t.oid)
      union all
      select p.polname || ' on ' || t.name || ' has no TO' from pg_policy p join ${TABLES} t on t.oid = p.polrelid
      where p.polroles @> '{0}'::oid[]`,
  },
  tenantPolicies: {
    guarantee:
      "a policy asks for the tenant, or is for the owner, or for the auth function in its schema",
    violations: `select p.polname || ' on ' || t.name || ' asks something else' from pg_policy p
      join ${TABLES} t on t.oid = p.polrelid
      where not (p.polroles = array['bulkhead_owner'::regrole::oid]
          or (p.polroles = array['bulkhead_auth'::regrole::oid] and t.nspname = 'auth'))
        and (pg_get_expr(p.polqual, p.polrelid) is distinct from '(tenant_id = ( SELECT app.tenant_id() AS tenant_id))'
          or coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid))
             <> pg_get_expr(p.polqual, p.polrelid))`,
  },
  tenantColumn: {
    guarantee: "a tenant's table says whose each row is",
    violations: `select t.name || '.tenant_id may be null' from ${TABLES} t
      join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id'
      where not a.attnotnull`,
  },
  tenantKeys: {
    guarantee: "every key of a tenant's table begins with the tenant",
    violations: `select i.indexrelid::regclass::text from ${TABLES} t
      join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id'
      join pg_index i on i.indrelid = t.oid and i.indisunique
      where i.indkey[0] <> a.attnum
        and not (i.indisprimary and t.name in (${listed(NOT_TENANT_LEADING)}))`,
  },
  tenantReferences: {
    guarantee: "a reference from one tenant's table to another carries the tenant",
    violations: `select f.conname || ' on ' || t.name from ${TABLES} t
      join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id'
      join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
      join pg_attribute b on b.attrelid = f.confrelid and b.attname = 'tenant_id'
      where f.conkey[1] <> a.attnum or f.confkey[1] <> b.attnum`,
  },
  audited: {
    guarantee: "every insert, update and delete of a tenant's row is audited",
    violations: `select t.name || ' on ' || event from ${TABLES} t
      join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id'
      cross join (values ('insert', 4), ('delete', 8), ('update', 16)) as e (event, bit)
      where t.name not in (${listed(NOT_AUDITED)})
        and not exists (
          select from pg_trigger g
            join pg_proc p on p.oid = g.tgfoid and p.pronamespace = 'audit'::regnamespace
           where g.tgrelid = t.oid and g.tgtype & e.bit > 0 and g.tgtype & 1 = 1 and g.tgtype & 2 = 0
             and g.tgenabled = 'O')`,
  },
  noCounters: {
    guarantee: "no number is counted over tenants: there is no sequence and no identity column",
    violations: `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'S' and n.nspname in ('public', 'app', 'audit', 'auth')`,
  },
  searchPath: {
    guarantee:
      "a function searches pg_catalog and then temporary objects, or had its names bound when it was made",
    violations: `select f.name from ${FUNCTIONS} f
      where f.proconfig is distinct from array['search_path=pg_catalog, pg_temp']
        and (f.prosecdef or f.prosqlbody is null)`,
  },
  parallel: {
    guarantee: "what depends on the backend does not run in a parallel worker",
    violations: `select f.name from ${FUNCTIONS} f where f.proparallel = 's'`,
  },
  execute: {
    guarantee: "every function is executed by the roles that were named for it, and by nobody else",
    violations: `with granted as (
        select coalesce(r.rolname, 'PUBLIC') as role, f.name
          from ${FUNCTIONS} f
          cross join lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
          left join pg_roles r on r.oid = a.grantee
         where a.grantee <> f.proowner),
      allowed (role, name) as (values ${allowed})
      (select role || ' may execute ' || name from (table granted except table allowed) g)
      union all
      (select role || ' lacks ' || name from (table allowed except table granted) g)`,
  },
  owner: {
    guarantee: "everything of ours belongs to the owner, who can't log in",
    violations: `select t.name from ${TABLES} t where t.relowner <> 'bulkhead_owner'::regrole
      union all select f.name from ${FUNCTIONS} f where f.proowner <> 'bulkhead_owner'::regrole
      union all select nspname from pg_namespace where nspname in ${OURS} and nspowner <> 'bulkhead_owner'::regrole
      union all select rolname from pg_roles where rolname = 'bulkhead_owner' and rolcanlogin`,
  },
  ownsNothing: {
    guarantee: "a runtime role owns nothing",
    violations: `select r.rolname || ' owns ' || d.classid::regclass || ' ' || d.objid from pg_shdepend d
      join ${RUNTIME} r on r.oid = d.refobjid where d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass
        and d.dbid in (0, (select oid from pg_database where datname = current_database()))`,
  },
  attributes: {
    guarantee: "a runtime role has no attribute but LOGIN",
    violations: `select r.rolname from pg_roles r join ${RUNTIME} u using (oid)
      where r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
         or r.rolinherit or not r.rolcanlogin`,
  },
  memberships: {
    guarantee: "a runtime role belongs to rds_iam alone, and nobody belongs to it",
    violations: `select m.rolname || ' is in ' || g.rolname from pg_auth_members a
      join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
      where (m.oid in (select oid from ${RUNTIME} r) and g.rolname <> 'rds_iam')
         or g.oid in (select oid from ${RUNTIME} r)`,
  },
  settings: {
    guarantee: "a runtime role has no settings of its own",
    violations: `select r.rolname || ': ' || s.setconfig::text from pg_db_role_setting s
      join ${RUNTIME} r on r.oid = s.setrole
      where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))`,
  },
  makesNothing: {
    guarantee: "a runtime role makes nothing, not even something temporary",
    violations: `select r.rolname || ' may make things in ' || n.nspname from ${RUNTIME} r, pg_namespace n
      where has_schema_privilege(r.oid, n.oid, 'create') and n.nspname !~ '^pg_(temp|toast_temp)'
      union all
      select r.rolname || ' may ' || p || ' in the database' from ${RUNTIME} r, unnest(array['create', 'temporary']) p
      where has_database_privilege(r.oid, current_database(), p)`,
  },
  secrets: {
    guarantee: "only the auth function reads identity, and nobody the keys of the house",
    violations: `select r.rolname || ' reads ' || t.name from ${RUNTIME} r, ${TABLES} t
      where (t.nspname = 'auth' and r.rolname <> 'bulkhead_auth'
          or t.name in ('app.signing_keys', 'app.idempotency_keys', 'app.role_permissions', 'app.sweeps'))
        and has_any_column_privilege(r.oid, t.oid, 'select, insert, update, references')`,
  },
  trail: {
    guarantee: "nobody changes the trail, and nobody truncates anything",
    violations: `select r.rolname || ' may ' || p || ' ' || t.name
      from ${RUNTIME} r, ${TABLES} t, unnest(array['insert', 'update', 'delete', 'truncate', 'trigger']) p
      where has_table_privilege(r.oid, t.oid, p)
        and (t.name = 'audit.events' or p in ('truncate', 'trigger'))`,
  },
  master: {
    guarantee: "the master has exactly Aurora's attributes and reaches no login role of ours",
    violations: `select rolname || ' has other attributes' from pg_roles where rolname = 'bulkhead_master'
        and (rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls)
          <> (false, true, true, true, true, false, false)
      union all
      select 'the master is a member of ' || r.rolname from ${RUNTIME} r
      where pg_has_role('bulkhead_master', r.oid, 'member')
      union all
      select 'the database belongs to ' || datdba::regrole from pg_database
      where datname = current_database() and datdba <> 'bulkhead_master'::regrole
      union all
      select 'the ledger belongs to ' || relowner::regrole from pg_class
      where oid = 'public.schema_migrations'::regclass and relowner <> 'bulkhead_master'::regrole`,
  },
} satisfies Record<string, Proof>;
