import { Client, type PoolClient } from "pg";
import { runOn } from "../../../packages/db/src/pool.ts";
import { opening, RESET } from "../../../packages/db/src/tenant/credential.ts";
import { send } from "../../../packages/db/src/tenant/transact.ts";
import { callerOf } from "../../support/caller.ts";
import { bound, hole, type Site } from "../../support/hole.ts";

/** Keeps a setting by a COMMIT in the middle, then fails, so that what follows in the batch is skipped. */
async function leaveSettingBehind({ mallory, victim, request }: Site) {
  await request(mallory, "set work_mem = '123MB'", "commit", "select 1 / 0");
  const { rows } = await request(victim, "select current_setting('work_mem')");
  return rows.flat(2).find((value) => value === "123MB");
}

hole("a setting of one request does not reach the next, whatever became of the first", {
  attack: leaveSettingBehind,
  broken: {
    "a batch ends with its reset instead of beginning with it": (site) => {
      site.request = (person, ...statements) => {
        const { credential, purpose } = callerOf(site.api, person);
        return site.api.run([opening(credential, purpose), ...bound(statements), RESET]);
      };
    },
    "there is no reset": (site) => {
      site.request = (person, ...statements) => {
        const { credential, purpose } = callerOf(site.api, person);
        return site.api.run([opening(credential, purpose), ...bound(statements)]);
      };
    },
  },
});

/** A request on a connection that knows nothing of startup options. */
function withoutStartupOptions(site: Site): void {
  site.request = async (person, ...statements) => {
    const client = new Client({ connectionString: site.database.url("api") });
    await client.connect();
    const { credential, purpose } = callerOf(site.api, person);
    const commands = [RESET, opening(credential, purpose), ...bound(statements)];
    const outcome = await runOn(client as PoolClient, commands);
    await client.end();
    return outcome;
  };
}

/** What the role sets for itself, every later connection of the role begins with. In this database only: roles are shared. */
const changeOwnRole = (setting: string): ((site: Site) => Promise<unknown>) => {
  return async ({ database, api, mallory, victim, request }) => {
    const set = `alter role bulkhead_api in database ${database.name} set ${setting}`;
    const { failure } = await send(callerOf(api, mallory), bound([set]));
    if (failure) throw failure;
    (await api.borrow()).giveBack(false); // the next request is on a new connection
    const outcome = await request(
      victim,
      "select pg_sleep(0.02)",
      "insert into app.projects (name) values ('x')",
    ).catch((refused) => ({ failure: refused }));
    return outcome.failure;
  };
};

for (const setting of [
  "statement_timeout = '10ms'",
  "transaction_timeout = '10ms'",
  "default_transaction_read_only = on",
  "row_security = off",
  "local_preload_libraries = 'nowhere'",
]) {
  hole(`the role's own "${setting}" reaches no later request`, {
    attack: changeOwnRole(setting),
    broken: { "settings do not come as startup options": withoutStartupOptions },
  });
}
