const MODES = [
  "access share",
  "row share",
  "row exclusive",
  "share update exclusive",
  "share",
  "share row exclusive",
  "exclusive",
  "access exclusive",
];
const OTHER_TABLES = ["app.jobs", "app.job_slots", "app.api_keys", "audit.events", "auth.tenants"];

const slots = "from generate_series(1, 1000) as s (slot)";

/** By numbers that can be computed from ids. */
export const TAKE_SLOTS = `select count(pg_try_advisory_lock(hashtextextended('{tenant}', s.slot))) ${slots}`;

/** Advisory locks, tables and rows, for as long as SQL can hold them. */
export const LOCKS = [
  TAKE_SLOTS,
  `select count(pg_try_advisory_xact_lock(hashtextextended('{tenant}', s.slot))) ${slots}`,
  `select count(pg_try_advisory_lock_shared(hashtextextended('{tenant}', s.slot))) ${slots}`,
  "select pg_try_advisory_lock(hashtext('{tenant}'), hashtext('{secret}'))",
  "select pg_try_advisory_lock(hashtextextended('{secret}', 0))",
  "select pg_advisory_unlock_all()",
  "select pg_advisory_unlock(hashtextextended('{tenant}', 1))",
  "select pg_advisory_unlock_shared(hashtextextended('{tenant}', 1))",
  ...MODES.map((mode) => `lock table app.projects in ${mode} mode`),
  ...OTHER_TABLES.flatMap((table) => [
    `lock table ${table} in access exclusive mode nowait`,
    `lock table ${table} in access share mode nowait`,
  ]),
  "lock table app.current_tenant in access share mode nowait",
  "select id from app.projects for update",
  "select id from app.projects for no key update nowait",
  "select id from app.projects for share skip locked",
  "select id from app.projects for key share",
  "select id from app.jobs for update",
  "select t.id from app.current_tenant t for update",
];

const UNTIMED = ["statement_timeout", "lock_timeout", "transaction_timeout"].map(
  (name) => `set ${name} = 0`,
);

/** Holds something for some milliseconds, under no timeout. */
export const HOLDERS = [
  [...UNTIMED, "lock table app.projects in access exclusive mode", "select pg_sleep(0.05)"],
  [
    ...UNTIMED,
    "set idle_in_transaction_session_timeout = 0",
    "set client_connection_check_interval = 0",
    "select id from app.projects for update",
    "select pg_sleep(0.1)",
  ],
  [TAKE_SLOTS, "select pg_sleep(0.02)"],
  [TAKE_SLOTS],
];
