import { type opening, RESET } from "../../../../packages/db/src/tenant/credential.ts";
import { forgetPermission, letPrepared, verifyByVariable } from "../../../support/mutation.ts";
import { edit, type Guard } from "./guard.ts";
import { batch } from "./requests.ts";

type Opening = ReturnType<typeof opening>;

const named = (open: Opening): Opening => ({ ...open, name: "open" });

const timeless = edit("app.mac", (text) =>
  text
    .replace("|| timestamptz_send(CURRENT_TIMESTAMP)", "")
    .replace("timestamptz_send(CURRENT_TIMESTAMP) ||", ""),
);
const placeless = edit("app.mac", (text) =>
  text.replace("int4send(pg_backend_pid())", "''::bytea"),
);

/** What keeps a request in the tenant of its credential. */
export const CONTEXT: Record<string, Guard> = {
  "a batch does not begin with its reset": {
    families: ["settings"],
    broken: batch((open) => [open]),
    finds: /^Error: set: /,
  },
  "the statement that opens has a name": {
    families: ["prepared"],
    broken: batch((open) => [RESET, named(open)]),
    finds: /credential|misled/,
  },
  "a context opens in spite of statements prepared in SQL": {
    families: ["prepared"],
    broken: edit("app.open_session", letPrepared),
    finds: /written|misled/,
  },
  "the signature is not checked": {
    families: ["context", "reads"],
    broken: edit(
      "app.signed",
      () => `
      create or replace function app.signed(key bytea) returns boolean
        language sql stable parallel restricted return current_setting('app.sig', true) is not null`,
    ),
    finds: /read: a row/,
  },
  "the key is in a variable": {
    families: ["settings"],
    broken: ({ database }) => verifyByVariable(database),
    finds: /signing key, in a plan/,
  },
  "a search_path does not end in pg_temp": {
    families: ["lookalikes"],
    given: ({ database, role }) =>
      database.sql(`grant temporary on database ${database.name} to bulkhead_${role}`),
    broken: ({ database }) =>
      database.sql("alter function app.enqueue set search_path = pg_catalog"),
    finds: /signing key/,
  },
  "the role may make temporary things": {
    families: ["lookalikes"],
    given: ({ database }) =>
      database.sql("alter function app.enqueue set search_path = pg_catalog"),
    broken: ({ database, role }) =>
      database.sql(`grant temporary on database ${database.name} to bulkhead_${role}`),
    finds: /signing key/,
  },
  "a context outlives its transaction": {
    families: ["reads"],
    given: timeless,
    broken: edit("app.open_session", (text) => text.replaceAll(", true),", ", false),")),
    finds: /read: a row/,
  },
  "the API's role may open jobs": {
    families: ["context", "reads"],
    given: ({ database }) => forgetPermission(database),
    broken: ({ database }) =>
      database.sql("grant execute on function app.open_job to bulkhead_api"),
    finds: /read: a row/,
  },
  "a signature is good in every transaction": {
    families: ["context", "reads"],
    broken: timeless,
    finds: /read: a row/,
  },
  "a signature is good on every backend": {
    families: ["context", "reads"],
    given: async (stage) => {
      await timeless(stage);
      // Without what leaked here, only what leaked elsewhere is left.
      stage.forget("here");
    },
    broken: placeless,
    finds: /read: a row/,
  },
  "a policy does not ask": {
    families: ["reads"],
    broken: ({ database }) =>
      database.sql("alter policy tenant_isolation on app.projects using (true)"),
    finds: /read: a row|misled/,
  },
  "a policy has lost its WITH CHECK": {
    families: ["writes"],
    given: (stage) => {
      stage.forget("trail");
      return stage.database.sql("alter table app.projects disable trigger record");
    },
    broken: ({ database }) =>
      database.sql("alter policy tenant_isolation on app.projects with check (true)"),
    finds: /written|misled/,
  },
};
