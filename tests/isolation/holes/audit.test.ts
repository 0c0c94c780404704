import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { callerOf } from "../../support/caller.ts";
import { bound, hole, lastValue, type Site } from "../../support/hole.ts";

const manages = ({ api, victim }: Site, ...statements: string[]) =>
  send(callerOf(api, victim, { permission: "api_key:manage" }), bound(statements));

const OWNERS_KEY =
  "insert into app.api_keys (name, prefix, token_hash, scopes) values ('k', 'k', sha256('owner'), '{api_key:manage}') returning id";

/** Puts the hash of one's own key into the owner's row, and a use of the key into the same statement. */
async function takeOverKey(site: Site) {
  await manages(site, OWNERS_KEY);
  await manages(
    site,
    "update app.api_keys set token_hash = sha256(sha256('own')), last_used_at = clock_timestamp()",
  );
  const { failure, rows } = await site.api.run(
    bound(["select app.open_api_key(sha256('own'), 'api_key:manage', 'a', 'r')"]),
  );
  return failure ? undefined : rows[0]?.[0]?.[0];
}

hole("a key opens nothing for another hash that was written into its row", {
  attack: takeOverKey,
  broken: {
    "the API's role may update the whole row": ({ database }) =>
      database.sql("grant update on app.api_keys to bulkhead_api"),
  },
});

/** Changes a key in a way that the trail has nothing of. */
async function changeSilently(site: Site) {
  await manages(site, OWNERS_KEY);
  const before = await updatesIn(site);
  const changed = await manages(
    site,
    "update app.api_keys set last_used_at = clock_timestamp(), name = 'renamed silently' returning name",
  );
  return (await updatesIn(site)) === before ? lastValue(changed) : undefined;
}

async function updatesIn({ database }: Site) {
  const [row] = await database.sql(
    "select count(*)::int as events from audit.events where target_type = 'api_keys' and operation = 'update'",
  );
  return row?.events;
}

hole("a change of a key is recorded, whatever else the statement sets", {
  attack: changeSilently,
  given: ({ database }) => database.sql("grant update on app.api_keys to bulkhead_api"),
  broken: {
    "the condition is false when the key's use is set as well": ({ database }) =>
      database.sql(`
        drop trigger record on app.api_keys;
        create trigger record after update on app.api_keys
          for each row when ((old.*) is distinct from (new.*) and old.last_used_at is not distinct from new.last_used_at)
          execute function audit.record('{token_hash}')`),
    "the name is bookkeeping": ({ database }) =>
      database.sql(`
        create or replace trigger record after insert or update or delete on app.api_keys
          for each row execute function audit.record('{token_hash}', '{last_used_at,name}')`),
  },
});
