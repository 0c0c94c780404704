import { letTransaction } from "../../../support/mutation.ts";
import { lockByNumber } from "../../holes/slots.ts";
import { edit, type Guard, run } from "./guard.ts";
import { onlyOnce, unlooked, unpinned } from "./requests.ts";

/** What keeps a session's settings and locks from the next request, and from functions that see all tenants. */
export const SESSION: Record<string, Guard> = {
  "a definer function runs with its caller's settings": {
    families: ["settings"],
    broken: run("alter function app.search_projects reset gin_fuzzy_search_limit"),
    finds: /fewer rows/,
  },
  "slots are taken by numbers that ids give": {
    families: ["locks"],
    broken: lockByNumber,
    finds: /starved/,
  },
  "the opening keeps advisory locks": {
    families: ["locks"],
    broken: edit("app.open_session", (text) =>
      text.replace("pg_advisory_unlock_all() is null", "true"),
    ),
    finds: /held: /,
  },
  "the opening takes its transaction as it began": {
    families: ["transactions", "catalog"],
    broken: edit("app.open_session", letTransaction),
    finds: /set: .*transaction_/,
  },
  "a batch is not run again on another connection": {
    families: ["transactions"],
    broken: onlyOnce,
    finds: /refused: .*tainted/,
  },
  "a connection begins without the pinned settings": {
    families: ["settings"],
    broken: unpinned,
    finds: /locked out|misled|set: /,
  },
  "a new connection does not look for its role's settings": {
    families: ["settings", "catalog"],
    broken: unlooked,
    finds: /set: /,
  },
};
