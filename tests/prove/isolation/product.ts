/** Where everything of ours lives. A schema that is not among them is found and refused. */
export const SCHEMAS = ["app", "audit", "auth"] as const;

/** Owns everything, can't log in. */
export const OWNER = "bulkhead_owner";

/** Runs migrations and nothing else. */
export const MASTER = "bulkhead_master";

/** Whom the functions log in as, one each: what they may use, and what they may do to a tenant's rows there. */
export const RUNTIME_ROLES: Record<string, Record<string, readonly string[]>> = {
  bulkhead_api: { app: ["select", "insert", "update", "delete"], audit: ["select"] },
  bulkhead_worker: { app: ["select", "insert", "update", "delete"] },
  bulkhead_auth: { auth: ["select", "insert", "update", "delete"], app: [] },
  bulkhead_dead_letters: { app: [] },
  bulkhead_sweeper: { app: [] },
  bulkhead_operator: { app: ["select", "insert", "delete"], audit: ["select", "insert", "delete"] },
};

/** Tables that only functions which run as the owner read and write. */
export const FUNCTIONS_ONLY = [
  "app.assertion_keys",
  "app.changes",
  "app.home_permissions",
  "app.idempotency_keys",
  "app.job_slots",
  "app.moves",
  "app.role_permissions",
  "app.signing_keys",
  "app.sweeps",
] as const;

/** What PostgreSQL may have been extended with. */
export const EXTENSIONS = ["plpgsql"] as const;

/** The view that answers for a good signature only. It reads the key, so it reads as its owner. */
export const CURRENT_TENANT = "app.current_tenant";

/** What a policy of a tenant's table asks: the subselect is evaluated once a statement, not once a row. */
export const TENANT_EXPRESSION = `tenant_id = (select id from ${CURRENT_TENANT})`;

/** The same, as PostgreSQL writes it. */
export const TENANT_EXPRESSION_STORED = `(tenant_id = ( SELECT current_tenant.id
   FROM ${CURRENT_TENANT}))`;

/**
 * And for the API's role, whose requests are opened for one permission: it is among those that are listed. What
 * a remedy proposes, as SQL over the name of a table.
 */
const permitted = (table: string, permissions: string) =>
  `format('tenant_id = (select id from ${CURRENT_TENANT} where permission = any (''{${permissions}}''))', regexp_replace(${table}, '^.*\\.|s$', '', 'g'))`;
export const PERMITTED_TO_READ = (table: string) => permitted(table, "%1$s:read,%1$s:write");
export const PERMITTED_TO_WRITE = (table: string) => permitted(table, "%1$s:write");

/** What gives a table everything at once: the remedy for one that has no policy yet. */
export const OWN_TABLE = (table: string) =>
  `format('select app.own_table(%1$L, read_by => ''{%2$s:read,%2$s:write}'', written_by => ''{%2$s:write}'');', ${table}, regexp_replace(${table}, '^.*\\.|s$', '', 'g'))`;

/** Whether a table has no policy, so that the one call is the shortest way. */
export const UNOWNED = (table: string) =>
  `not exists (select from policies p where p.table_name = ${table})`;

/** The same, as PostgreSQL writes it: a regular expression. */
export const PERMITTED_EXPRESSION_STORED =
  "^\\(tenant_id = \\( SELECT current_tenant\\.id\\n   FROM app\\.current_tenant\\n  WHERE \\(current_tenant\\.permission = ANY \\(''\\{[a-z_]+:[a-z_]+(,[a-z_]+:[a-z_]+)*\\}''::text\\[\\]\\)\\)\\)\\)$";

/**
 * The operator's command copies a tenant from one database to another, and has no signed context. Its
 * policies ask for the tenant whose open move the transaction names: to read it, and to write it where it
 * does not live. They stand on every table that a tenant consists of.
 */
export const OPERATOR = "bulkhead_operator";
export const OPERATOR_READS_STORED = "(tenant_id = ( SELECT app.moving_tenant() AS moving_tenant))";
export const OPERATOR_WRITES_STORED =
  "(tenant_id = ( SELECT app.absent_tenant() AS absent_tenant))";

export const FIXED_SEARCH_PATH = "search_path=pg_catalog, pg_temp";

/**
 * What any role may set for its session, and changes what a function finds or how its text is read. A definer
 * function fixes each of them for as long as it runs.
 */
export const FIXED_SETTINGS = [
  "array_nulls=on",
  "gin_fuzzy_search_limit=0",
  "standard_conforming_strings=on",
  "transform_null_equals=off",
] as const;
