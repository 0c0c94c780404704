import type { Check } from "./check.ts";

const LOCKING = "pg_(try_)?advisory_(xact_)?lock";

/**
 * Every role takes and sees advisory locks: one whose key is computed from what others know is theirs to hold, and
 * tells them who takes it when.
 */
export const locks: Check = {
  id: "locks",
  guarantee: "no function waits for or takes an advisory lock, which every role may hold and see",
  subjects: `
    select name as object, case when taken then 'takes an advisory lock' else 'locks rows and tables only' end as found,
           case when taken then name || ' takes an advisory lock, which every role may hold and see' end as fault,
           case when taken then 'Lock a row of a table that runtime roles have no right to, with FOR UPDATE SKIP LOCKED or NOWAIT.' end as remedy
      from (select name, coalesce(pg_get_function_sqlbody(oid), prosrc) ~* '${LOCKING}' as taken from functions) f`,
};
