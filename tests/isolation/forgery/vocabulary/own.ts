/** The word that the projects of both tenants have in their description. */
export const WORD = "needle";

const FOUND = `(select count(*) from app.search_projects(null, '${WORD}', null, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 1000))`;
const THERE = `(select count(*) from app.projects where description = '${WORD}')`;

/** `all`, when a search finds what is there. */
export const FINDS_ALL = `select case when ${FOUND} = ${THERE} then 'all' else 'not all' end`;

/** What the attacker is answered when a search misses rows of their own. Not to be read in the statement's own text. */
export const CUT_OFF = "a search is cut off";

/** A search in the attacker's own rows, whatever the session's settings are. */
export const ALL_OWN = `select 'a search ' || 'is cut off' where ${FOUND} < ${THERE}`;

/** A scan of the index, which drops hits at random. */
export const DROP_HITS = `select set_config(name, value, true) from (values
  ('gin_fuzzy_search_limit', '1'), ('enable_seqscan', 'off'), ('enable_indexscan', 'off'), ('enable_indexonlyscan', 'off'),
  ('cpu_operator_cost', '0'), ('random_page_cost', '0'), ('seq_page_cost', '0'), ('cpu_index_tuple_cost', '100000'),
  ('cpu_tuple_cost', '0')) as s (name, value)`;
