const VIEWS = [
  "pg_stat_activity",
  "pg_stat_user_tables",
  "pg_stat_xact_user_tables",
  "pg_stat_user_indexes",
  "pg_stat_user_functions",
  "pg_statio_user_tables",
  "pg_statio_user_indexes",
  "pg_stat_database",
  "pg_stat_io",
  "pg_locks",
  "pg_stats_ext",
  "pg_prepared_xacts",
  "pg_replication_slots",
];

/** What PostgreSQL shows every role of what others do, and how much of it there is. */
export const STATISTICS = [
  ...VIEWS.map((view) => `select * from ${view}`),
  "select relname, reltuples, relpages from pg_class where relname ~ 'projects|api_keys|events'",
  "select pg_stat_get_live_tuples('app.projects'::regclass), pg_relation_size('app.projects')",
  "select pg_stat_get_backend_activity(s) from pg_stat_get_backend_idset() as s",
  "select * from pg_statistic",
  "select pg_stat_reset()",
  "select pg_stat_force_next_flush()",
];

const EVERY_ROW = "using (select 1) s on false when not matched by source and";
const counting =
  "set_config('app.n', (coalesce(nullif(current_setting('app.n', true), ''), '0')::int + 1)::text, true) is null";
const reading =
  "set_config('app.loot', coalesce(current_setting('app.loot', true), '') || p.name, false) is null";

/** MERGE asks a volatile condition of rows that the policy then refuses: to count them, to read them, to act on them. */
export const MERGES = [
  `merge into app.projects p ${EVERY_ROW} ${counting} then delete`,
  `merge into app.projects p ${EVERY_ROW} ${counting} then update set name = 'merged'`,
  `merge into app.api_keys p ${EVERY_ROW} ${counting} then update set revoked_at = now()`,
  `merge into app.projects p ${EVERY_ROW} ${reading} then delete`,
  `merge into app.projects p ${EVERY_ROW} ${reading} then do nothing`,
  `merge into app.projects p ${EVERY_ROW} pg_notify('loot', p.name) is null then do nothing`,
  `merge into app.projects p ${EVERY_ROW} (p.name || '!')::int > 0 then do nothing`,
  `merge into app.projects p ${EVERY_ROW} p.tenant_id = '{tenant}' then delete`,
  `merge into app.projects p using (values ('{secret}'::uuid)) s (id) on p.id = s.id and random() < 2 when matched then update set name = 'merged' when not matched then insert (id, name) values (s.id, 'mine') returning p.*`,
  "select current_setting('app.n', true), nullif(current_setting('app.loot', true), '')",
];
