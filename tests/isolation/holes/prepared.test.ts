import { randomUUID } from "node:crypto";
import { admitAfter } from "@bulkhead/core/job";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import { opening, RESET } from "../../../packages/db/src/tenant/credential.ts";
import { callerOf, listProjects } from "../../support/caller.ts";
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

async function defaced({ database, victim, request }: Site) {
  await request(victim, listProjects());
  const [row] = await database.sql("select * from app.projects where name <> 'secret'");
  return row;
}

const untripped = ({ database }: Site) => redefine(database, "app.open_session", letPrepared);

hole("no statement of one request runs in the next one", {
  attack: replaceInSql,
  broken: { "a context opens in spite of statements prepared in SQL": untripped },
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
    `prepare "${name}" (bytea, text, text, text) as
     select pg_notify('loot', encode($1, 'hex'))::text, $2, $3, $4`,
  );
  await request(victim, listProjects());
  const proof = victim.credential.kind === "session" ? victim.credential.proof.toString("hex") : "";
  return (await heard()).find((payload) => payload === proof);
}

hole("no request gets hold of the next one's credential", {
  attack: stealProof,
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
    "a batch that opens nothing does not ask what was prepared": ({ database }) =>
      redefine(database, "app.refuse_tainted", (definition) =>
        definition.replace("if exists", "if false and exists"),
      ),
  },
});
