/**
 * Every setting that an ordinary role may change for itself, sorted into those that each connection begins with
 * ({@link PINNED}) and those that are left to the server ({@link LEFT}). A test compares both with the server's
 * own list, so that a new version's new setting is sorted before it is used.
 *
 * What SQL in a request sets with ALTER ROLE, every later connection of the role begins with. Start-up options
 * outrank that, and are what RESET ALL returns to; a default of the server's is neither, so defaults are pinned too.
 * PostgreSQL refuses ALTER ROLE for the product's own settings (`app.…`): RESET ALL is enough for those.
 *
 * A server that refuses one of them ends the connection with its name in the message
 * (docs/runbooks/role-settings-cleared.md).
 */

/** Milliseconds. */
export const TIMEOUTS = {
  statement_timeout: 10_000,
  lock_timeout: 8_000,
  transaction_timeout: 20_000,
  idle_in_transaction_session_timeout: 10_000,
  // The work of a client that hangs up is rolled back: without this, the server runs and commits a batch
  // that it has received whole, and notices only when it sends the answer.
  client_connection_check_interval: 250,
  // A frozen Lambda's open connection would keep a paused Aurora awake.
  idle_session_timeout: 60_000,
};

/** Where the driver needs another value than PostgreSQL's default, or the default depends on the machine. */
const OWN = {
  ...TIMEOUTS,
  client_encoding: "UTF8",
  search_path: "pg_catalog,pg_temp",
  TimeZone: "UTC",
  timezone_abbreviations: "Default",
};

/** PostgreSQL's own defaults, in each setting's unit. */
const DEFAULTS = {
  application_name: "",
  array_nulls: "on",
  backend_flush_after: 0,
  backslash_quote: "safe_encoding",
  bytea_output: "hex",
  check_function_bodies: "on",
  client_min_messages: "notice",
  commit_siblings: 5,
  constraint_exclusion: "partition",
  createrole_self_grant: "",
  cursor_tuple_fraction: 0.1,
  DateStyle: "ISO, MDY",
  debug_logical_replication_streaming: "buffered",
  debug_parallel_query: "off",
  debug_pretty_print: "on",
  debug_print_parse: "off",
  debug_print_plan: "off",
  debug_print_rewritten: "off",
  default_table_access_method: "heap",
  default_tablespace: "",
  default_text_search_config: "pg_catalog.simple",
  default_toast_compression: "pglz",
  default_transaction_deferrable: "off",
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  enable_async_append: "on",
  enable_bitmapscan: "on",
  enable_gathermerge: "on",
  enable_group_by_reordering: "on",
  enable_hashagg: "on",
  enable_hashjoin: "on",
  enable_incremental_sort: "on",
  enable_indexonlyscan: "on",
  enable_indexscan: "on",
  enable_material: "on",
  enable_memoize: "on",
  enable_mergejoin: "on",
  enable_nestloop: "on",
  enable_parallel_append: "on",
  enable_parallel_hash: "on",
  enable_partition_pruning: "on",
  enable_partitionwise_aggregate: "off",
  enable_partitionwise_join: "off",
  enable_presorted_aggregate: "on",
  enable_seqscan: "on",
  enable_sort: "on",
  enable_tidscan: "on",
  escape_string_warning: "on",
  exit_on_error: "off",
  extra_float_digits: 1,
  from_collapse_limit: 8,
  geqo: "on",
  geqo_effort: 5,
  geqo_generations: 0,
  geqo_pool_size: 0,
  geqo_seed: 0,
  geqo_selection_bias: 2,
  geqo_threshold: 12,
  gin_fuzzy_search_limit: 0,
  gin_pending_list_limit: 4096,
  icu_validation_level: "warning",
  ignore_system_indexes: "off",
  IntervalStyle: "postgres",
  jit_expressions: "on",
  jit_tuple_deforming: "on",
  join_collapse_limit: 8,
  lc_monetary: "C",
  lc_numeric: "C",
  lc_time: "C",
  local_preload_libraries: "",
  log_parameter_max_length_on_error: 0,
  logical_decoding_work_mem: 65_536,
  parallel_leader_participation: "on",
  password_encryption: "scram-sha-256",
  plan_cache_mode: "auto",
  "plpgsql.check_asserts": "on",
  "plpgsql.extra_errors": "none",
  "plpgsql.extra_warnings": "none",
  "plpgsql.print_strict_params": "off",
  post_auth_delay: 0,
  quote_all_identifiers: "off",
  recursive_worktable_factor: 10,
  restrict_nonsystem_relation_kind: "",
  row_security: "on",
  scram_iterations: 4096,
  standard_conforming_strings: "on",
  stats_fetch_consistency: "cache",
  synchronize_seqscans: "on",
  synchronous_commit: "on",
  tcp_keepalives_count: 0,
  tcp_keepalives_idle: 0,
  tcp_keepalives_interval: 0,
  tcp_user_timeout: 0,
  temp_buffers: 1024,
  temp_tablespaces: "",
  trace_notify: "off",
  trace_sort: "off",
  transform_null_equals: "off",
  vacuum_buffer_usage_limit: 2048,
  vacuum_cost_delay: 0,
  vacuum_cost_limit: 200,
  vacuum_cost_page_dirty: 20,
  vacuum_cost_page_hit: 1,
  vacuum_cost_page_miss: 2,
  vacuum_failsafe_age: 1_600_000_000,
  vacuum_freeze_min_age: 50_000_000,
  vacuum_freeze_table_age: 150_000_000,
  vacuum_multixact_failsafe_age: 1_600_000_000,
  vacuum_multixact_freeze_min_age: 5_000_000,
  vacuum_multixact_freeze_table_age: 150_000_000,
  wal_sender_timeout: 60_000,
  wal_skip_threshold: 2048,
  xmlbinary: "base64",
  xmloption: "content",
};

/** What every connection begins with, and RESET ALL returns to. */
export const PINNED: Readonly<Record<string, string | number>> = {
  ...OWN,
  ...DEFAULTS,
};

const MEMORY =
  "A parameter group fits it to the instance. It changes how fast a query is, and not its result.";
const COST =
  "A parameter group fits it to the storage. It changes how fast a query is, and not its result.";
const TRANSACTION = "Belongs to one transaction, which begins with default_transaction_….";

/** What is left to the server, and why. What a role sets of these for itself, the driver clears. */
export const LEFT: Readonly<Record<string, string>> = {
  effective_cache_size: MEMORY,
  hash_mem_multiplier: MEMORY,
  maintenance_work_mem: MEMORY,
  max_parallel_maintenance_workers: MEMORY,
  max_parallel_workers: MEMORY,
  max_parallel_workers_per_gather: MEMORY,
  work_mem: MEMORY,
  cpu_index_tuple_cost: COST,
  cpu_operator_cost: COST,
  cpu_tuple_cost: COST,
  default_statistics_target: COST,
  effective_io_concurrency: COST,
  io_combine_limit: COST,
  jit: COST,
  jit_above_cost: COST,
  jit_inline_above_cost: COST,
  jit_optimize_above_cost: COST,
  maintenance_io_concurrency: COST,
  min_parallel_index_scan_size: COST,
  min_parallel_table_scan_size: COST,
  parallel_setup_cost: COST,
  parallel_tuple_cost: COST,
  random_page_cost: COST,
  seq_page_cost: COST,
  transaction_deferrable: TRANSACTION,
  transaction_isolation: TRANSACTION,
  transaction_read_only: TRANSACTION,
};

/**
 * The pinned settings as a start-up packet's `options`. PostgreSQL takes a packet of 10,000 bytes at most.
 *
 * @see https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-CONNECT-OPTIONS
 */
export const startupOptions = (settings: Readonly<Record<string, string | number>> = PINNED) =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${String(value).replaceAll(/[\\ ]/g, "\\$&")}`)
    .join(" ");
