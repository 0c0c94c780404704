import { hole, lastValue, type Site } from "../../support/hole.ts";
import { redefine, verifyByVariable } from "../../support/mutation.ts";

// Not due yet: it takes no slot and returns no row.
const ENQUEUE =
  "select app.enqueue(gen_random_uuid(), 'project.export', '{}', now() + interval '1 hour')";

/** Prints every plan of the functions that use the key, and looks for its bytes. */
async function readPlans({ database, api, mallory, request }: Site) {
  const { client, giveBack } = await api.borrow();
  const notices: string[] = [];
  // Printed trees are wrapped wherever a line is full.
  client.on("notice", ({ message, detail }) =>
    notices.push(`${message} ${detail}`.replaceAll(/\s+/g, " ")),
  );
  giveBack(true);

  const proof =
    mallory.credential.kind === "session" ? mallory.credential.proof.toString("hex") : "";
  const { failure } = await request(
    mallory,
    "set client_min_messages = log",
    "set debug_pretty_print = off",
    "set debug_print_plan = on",
    "set debug_print_rewritten = on",
    "set debug_print_parse = on",
    "discard plans",
    "select name from app.projects",
    "select id from app.current_tenant where id is not null",
    "select app.tenant_id()",
    ENQUEUE,
    `select from app.open_session('\\x${proof}', 'project:read', 'a', 'r')`,
  );
  if (failure) throw failure;
  if (!notices.some((notice) => notice.includes("sha256") || notice.includes("plan:"))) {
    throw new Error("No plan was printed: this attack would prove nothing.");
  }
  const [row] = (await database.sql("select key from app.signing_keys")) as { key: Buffer }[];
  const asPrinted = [...(row?.key ?? [])].map((byte) => (byte << 24) >> 24).join(" ");
  return notices.find((notice) => notice.includes(asPrinted));
}

/** Reads the key first and uses it then, as anyone would have written it. */
const keyInVariable = (definition: string) =>
  definition
    .replaceAll("k.key", "signing_key")
    .replace("\nbegin\n", "\nDECLARE_KEY begin\n")
    .replace(/\ndeclare\n([\s\S]*?)\nDECLARE_KEY/, "\nDECLARE_KEY $1")
    .replace("DECLARE_KEY", "declare signing_key bytea := (select key from app.signing_keys);");

hole("the signing key is in no plan that the caller can print", {
  attack: readPlans,
  broken: {
    "the verifier holds it in a variable": ({ database }) => verifyByVariable(database),
    "the function that enqueues holds it in a variable": ({ database }) =>
      redefine(database, "app.enqueue", keyInVariable),
    "the function that opens a session holds it in a variable": ({ database }) =>
      redefine(database, "app.open_session", keyInVariable),
  },
});

/** A look-alike type whose CHECK runs as the function that declares a variable of it. */
async function standInForUuid({ api, mallory, request }: Site) {
  (await api.borrow()).giveBack(false); // types are looked up once a session
  return lastValue(
    await request(
      mallory,
      `create function pg_temp.spy(pg_catalog.uuid) returns boolean language plpgsql as $$
       begin
         if current_user = 'bulkhead_owner' then
           perform set_config('app.loot', (select encode(key, 'hex') from app.signing_keys), true);
         end if;
         return true;
       end $$`,
      "create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.spy(value))",
      ENQUEUE,
      "select nullif(current_setting('app.loot', true), '')",
    ),
  );
}

const grantTemporary = ({ database }: Site) =>
  database.sql(`grant temporary on database ${database.name} to bulkhead_api`);
const searchTemporaryFirst = ({ database }: Site) =>
  database.sql("alter function app.enqueue set search_path = pg_catalog");

hole("a definer function looks for its types among temporary ones last", {
  attack: standInForUuid,
  given: grantTemporary,
  broken: { "its search_path does not end in pg_temp": searchTemporaryFirst },
});

hole("the API's role makes nothing temporary", {
  attack: standInForUuid,
  given: searchTemporaryFirst,
  broken: { "it may": grantTemporary },
});
