import { type Migration, readMigrations } from "@bulkhead/db/migrate";

/** Functions, each with its grants. `file` is the topic of the migration that first created a function of the name. */
export async function functionsOf(migrations = "migrations"): Promise<string> {
  const topics = [...topicsOf(await readMigrations(migrations))]
    .map(([name, topic]) => `('${name}', '${topic}')`)
    .join(", ");
  return `
  with topics (name, topic) as (values ${topics}),
  functions as (
    select p.*, format('%I.%I', n.nspname, p.proname) as name, p.oid::regprocedure::text as signature
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('auth', 'app', 'audit'))
  select 'functions.' || coalesce(t.topic, 'other') as file, 1 as part, f.signature as object,
         concat_ws(E'\\n', rtrim(pg_get_functiondef(f.oid), E'\\n') || ';',
           (select format('GRANT EXECUTE ON FUNCTION %s TO %s;', f.signature,
                     string_agg(coalesce(g.rolname, 'PUBLIC'), ', ' order by g.rolname collate "C"))
              from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a left join pg_roles g on g.oid = a.grantee
             where a.grantee <> f.proowner
            having count(*) > 0)) as definition
    from functions f left join topics t on t.name = f.name`;
}

/** `0009_jobs.sql` has the topic `jobs`. */
function topicsOf(migrations: readonly Migration[]): Map<string, string> {
  const topics = new Map<string, string>();
  for (const { name, statements } of migrations) {
    for (const statement of statements) {
      const created = /^create (?:or replace )?function ([a-z_.]+)/i.exec(statement)?.[1];
      if (created && !topics.has(created)) topics.set(created, name.slice(5, -".sql".length));
    }
  }
  return topics;
}
