import { Client, type PoolClient } from "pg";
import { isClean } from "../../../packages/db/src/cleanliness.ts";
import { runOn } from "../../../packages/db/src/exchange.ts";
import { startupOptions } from "../../../packages/db/src/settings.ts";
import { opening, RESET } from "../../../packages/db/src/tenant/credential.ts";
import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { callerOf } from "../../support/caller.ts";
import { bound, hole, type Site } from "../../support/hole.ts";
import { letTransaction, redefine } from "../../support/mutation.ts";

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

/** A request on a connection that the driver did not make. */
const onClient = (options?: string) => (site: Site) => {
  site.request = async (person, ...statements) => {
    const client = new Client({
      connectionString: site.database.url("api"),
      ...(options && { options }),
    });
    await client.connect();
    const { credential, purpose } = callerOf(site.api, person);
    const commands = [RESET, opening(credential, purpose), ...bound(statements)];
    const outcome = await runOn(client as PoolClient, commands);
    await client.end();
    return outcome;
  };
};
const withoutStartupOptions = onClient();
const withoutLook = onClient(startupOptions());

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
  "restrict_nonsystem_relation_kind = 'view'",
]) {
  hole(`the role's own "${setting}" reaches no later request`, {
    attack: changeOwnRole(setting),
    broken: { "settings do not come as startup options": withoutStartupOptions },
  });
}

/** What the server decides, the role may decide for itself: no result changes, but every request is slower. */
hole("what is the server's to say is not left to the role", {
  attack: async (site) => {
    const { database, api, mallory, victim } = site;
    const set = `alter role bulkhead_api in database ${database.name} set work_mem = '64kB'`;
    await send(callerOf(api, mallory), bound([set]));
    (await api.borrow()).giveBack(false);
    const { rows } = await site.request(victim, "select current_setting('work_mem')");
    return rows.flat(2).find((value) => value === "64kB");
  },
  broken: { "a new connection does not look for it": withoutLook },
});

/** A batch on whatever connection comes, once. */
const onlyOnce = (site: Site) => {
  site.request = async (person, ...statements) => {
    const { credential, purpose } = callerOf(site.api, person);
    const { exchange, giveBack } = await site.api.borrow();
    const outcome = await exchange([RESET, opening(credential, purpose), ...bound(statements)]);
    giveBack(isClean(outcome));
    return outcome;
  };
};
/** A request whose opening takes the transaction as it comes. */
const unasked = ({ database }: Site) => redefine(database, "app.open_session", letTransaction);

const USUAL = "read committed, off, off";

/** The next batch's transaction begins before its RESET ALL. */
const leaveDefault =
  (setting: string) =>
  async ({ mallory, victim, request }: Site) => {
    await request(mallory, `set ${setting}`);
    // The server ends the connection and the process does not hear of it, as a Lambda that is frozen.
    if (setting.startsWith("idle"))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    const { rows, failure } = await request(
      victim,
      `select concat_ws(', ', current_setting('transaction_isolation'),
         current_setting('transaction_read_only'), current_setting('transaction_deferrable'))`,
      "select pg_sleep(0.02)",
    );
    return failure ?? rows.flat(2).find((value) => /, o/.test(String(value)) && value !== USUAL);
  };

for (const setting of [
  "default_transaction_isolation = 'serializable'",
  "default_transaction_read_only = on",
  "default_transaction_deferrable = on",
]) {
  hole(`"${setting}" of one request is not what the next one's transaction begins with`, {
    attack: leaveDefault(setting),
    broken: {
      "the opening does not ask": unasked,
      "the batch is not run again on another connection": onlyOnce,
    },
  });
}

for (const setting of ["transaction_timeout = 10", "idle_session_timeout = 100"]) {
  hole(`"${setting}" of one request does not end the next one`, {
    attack: leaveDefault(setting),
    broken: { "the batch is not run again on another connection": onlyOnce },
  });
}

hole("a session's advisory lock is not held for longer than until the next request", {
  attack: async ({ mallory, victim, request }) => {
    await request(mallory, "select pg_advisory_lock(42)");
    const { rows } = await request(
      victim,
      "select 'held' from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
    );
    return rows.at(-1)?.[0]?.[0];
  },
  broken: {
    "the opening does not release it": ({ database }) =>
      redefine(database, "app.open_session", (definition) =>
        definition.replace("pg_advisory_unlock_all() is null", "true"),
      ),
  },
});
