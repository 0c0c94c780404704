import { Client } from "pg";
import { onTestFinished } from "vitest";
import { opening, RESET } from "../../../packages/db/src/tenant/credential.ts";
import { callerOf, listProjects } from "../../support/caller.ts";
import { bound, hole, lastValue, type Site } from "../../support/hole.ts";
import { redefine } from "../../support/mutation.ts";

/** Leaves SQL of one's own under the name of a statement that the next tenant runs. */
async function replaceStatement({ database, mallory, victim, request }: Site) {
  const verb = listProjects();
  await request(victim, verb);
  await request(
    mallory,
    `deallocate "${verb.name}"`,
    `prepare "${verb.name}" as update app.projects set name = 'mallory was here' returning id, name`,
  );
  await request(victim, verb);
  const [defaced] = await database.sql("select * from app.projects where name <> 'secret'");
  return defaced;
}

hole("no statement of one request runs in the next one", {
  attack: replaceStatement,
  broken: {
    "the context opens in spite of statements prepared in SQL": ({ database }) =>
      redefine(database, "app.open_session", (definition) =>
        definition.replace("exists (select from pg_prepared_statements where from_sql)", "false"),
      ),
  },
});

/** Leaves a look-alike of the statement that takes the credential, and listens for it. */
async function stealProof({ database, mallory, victim, request }: Site) {
  const listener = new Client({ connectionString: database.url("api") });
  await listener.connect();
  onTestFinished(() => listener.end());
  const heard: string[] = [];
  listener.on("notification", ({ payload = "" }) => heard.push(payload));
  await listener.query("listen loot");

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
  await listener.query("select 1");
  const proof = victim.credential.kind === "session" ? victim.credential.proof.toString("hex") : "";
  return heard.find((payload) => payload === proof);
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
