import { randomUUID } from "node:crypto";
import { admitAfter } from "@bulkhead/core/job";
import { converse } from "@bulkhead/db";
import { Client, type PoolClient } from "pg";
import { onTestFinished } from "vitest";
import { opening, RESET } from "../../../packages/db/src/tenant/credential.ts";
import { anySql, callerOf, listProjects } from "../../support/caller.ts";
import { bound, hole, lastValue, type Site } from "../../support/hole.ts";
import { letPrepared, redefine } from "../../support/mutation.ts";

const EVIL = "update app.projects set name = 'mallory was here' returning id, name";

/** Leaves SQL of one's own under the name of a statement that the next tenant runs. */
async function replaceInSql(site: Site) {
  const { mallory, victim, request } = site;
  const verb = listProjects();
  await request(victim, verb);
  await request(mallory, `deallocate "${verb.name}"`, `prepare "${verb.name}" as ${EVIL}`);
  return defaced(site);
}

/** The same in messages past the driver: such a statement looks like one of the driver's. */
async function replaceInMessages(site: Site) {
  await site.request(site.victim, listProjects());
  const { client, giveBack } = await site.api.borrow();
  await replace(client);
  giveBack(true);
  return defaced(site);
}

/** The same in the middle of a transaction, in which the driver prepares something as well. */
async function replaceInBetween(site: Site) {
  const { api, mallory, victim, request } = site;
  await request(victim, listProjects());
  let client: PoolClient | undefined;
  const borrow = async () => {
    const lent = await api.borrow();
    client = lent.client;
    return lent;
  };
  await converse(callerOf({ ...api, borrow }, mallory), async ({ run }) => {
    await run(anySql("select 1"));
    if (client) await replace(client);
    await run(anySql("select 2"));
  });
  return defaced(site);
}

async function replace(client: PoolClient) {
  const { name = "" } = listProjects();
  await client.query(`deallocate "${name}"`);
  await client.query({ name, text: EVIL });
}

async function defaced({ database, victim, request }: Site) {
  await request(victim, listProjects());
  const [row] = await database.sql("select * from app.projects where name <> 'secret'");
  return row;
}

const letsIn =
  (which: Parameters<typeof letPrepared>[0]) =>
  ({ database }: Site) =>
    redefine(database, "app.open_session", letPrepared(which));

hole("no statement of one request runs in the next one", {
  attack: replaceInSql,
  broken: { "a context opens in spite of statements prepared in SQL": letsIn("in SQL") },
});
hole("no statement that came past the driver runs in the next request", {
  attack: replaceInMessages,
  broken: { "a context opens in spite of statements prepared in messages": letsIn("in messages") },
});
hole("nor one that came between two statements of the driver's", {
  attack: replaceInBetween,
  broken: { "a context opens in spite of statements prepared in messages": letsIn("in messages") },
});

/** What a role's connections are notified of, on a connection of its own. */
async function listener(database: Site["database"], role: "api" | "worker") {
  const client = new Client({ connectionString: database.url(role) });
  await client.connect();
  onTestFinished(() => client.end());
  const heard: string[] = [];
  client.on("notification", ({ payload = "" }) => heard.push(payload));
  await client.query("listen loot");
  return async () => {
    await client.query("select 1");
    return heard;
  };
}

/** Leaves a look-alike of the statement that takes the credential, and listens for it. */
async function stealProof({ database, mallory, victim, request }: Site) {
  const heard = await listener(database, "api");
  await request(victim, listProjects());
  const named = await request(
    mallory,
    "select name from pg_prepared_statements where statement like '%app.open_session%' and statement not like '%pg_prepared%'",
  );
  const name = lastValue(named) ?? "open";
  await request(
    mallory,
    `deallocate "${name}"`,
    `prepare "${name}" (bytea, text, text, text, timestamptz) as
     select pg_notify('loot', encode($1, 'hex'))::text, $2, $3, $4, $5`,
  );
  await request(victim, listProjects());
  const proof = victim.credential.kind === "session" ? victim.credential.proof.toString("hex") : "";
  return (await heard()).find((payload) => payload === proof);
}

hole("no request gets hold of the next one's credential", {
  attack: stealProof,
  given: letsIn("in messages"),
  broken: {
    "the statement that takes it has a name": (site) => {
      site.request = (person, ...statements) => {
        const { credential, purpose } = callerOf(site.api, person);
        const open = { ...opening(credential, purpose), name: "open" };
        return site.api.run([RESET, open, ...bound(statements)]);
      };
    },
  },
});

/** Leaves a look-alike of a statement that takes a job's token and needs no context, and listens for it. */
async function stealToken({ database, victim }: Site) {
  const heard = await listener(database, "worker");
  const home = database.as("worker", { max: 1 });
  const job = randomUUID();
  const ask = () => admitAfter({ home }, { tenant: victim.tenantId, job, epoch: 1 });
  await ask();
  const { rows } = await home.run([
    { text: "select name from pg_prepared_statements where statement like '%app.admit_after%'" },
  ]);
  const name = rows[0]?.[0]?.[0];
  await home.run([
    { text: `deallocate "${name}"` },
    {
      text: `prepare "${name}" (uuid, uuid, integer) as
             select $1, $2, $3, pg_notify('loot', $2::text)`,
    },
  ]);
  await ask().catch(() => {});
  return (await heard()).find((payload) => payload === job);
}

hole("no worker gets hold of the next job's token", {
  attack: stealToken,
  broken: {
    "a batch that opens nothing does not ask who prepared": ({ database }) =>
      redefine(database, "app.refuse_prepared", (definition) =>
        definition.replace("if exists", "if false and exists"),
      ),
  },
});
