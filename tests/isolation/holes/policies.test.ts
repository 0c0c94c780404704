import { hole, lastValue, type Site } from "../../support/hole.ts";

async function readOthersTrail({ mallory, request }: Site) {
  return lastValue(
    await request(mallory, "select id from audit.events where tenant_id <> app.tenant_id()"),
  );
}

hole("no policy is for every role", {
  attack: readOthersTrail,
  broken: {
    "the definer functions' policy has no TO": ({ database }) =>
      database.sql("alter policy definer_functions on audit.events to public"),
  },
});

async function readProjectsOf({ victim, mallory, request }: Site) {
  return lastValue(
    await request(mallory, `select name from app.projects where tenant_id = '${victim.tenantId}'`),
  );
}

hole("row level security is on, and every policy asks for the tenant", {
  attack: readProjectsOf,
  broken: {
    "it is off": ({ database }) =>
      database.sql("alter table app.projects disable row level security"),
    "a policy does not ask": ({ database }) =>
      database.sql("alter policy tenant_isolation on app.projects using (true)"),
  },
});

/** Lets a parallel worker ask the policy's question: another process, in which no signature is good. */
async function readInParallel({ victim, request }: Site) {
  const outcome = await request(
    victim,
    "set debug_parallel_query = on",
    "select count(*)::int from app.projects",
  );
  if (outcome.failure) throw outcome.failure;
  return lastValue(outcome) === 1 ? undefined : "the tenant's own rows are silently missing";
}

const parallelSafe = ({ database }: Site) =>
  database.sql(
    "alter function app.tenant_id() parallel safe; alter function app.context() parallel safe",
  );
const askedEachRow = ({ database }: Site) =>
  database.sql("alter policy tenant_isolation on app.projects using (tenant_id = app.tenant_id())");

hole("a parallel plan sees the tenant's rows", {
  attack: readInParallel,
  broken: {
    "tenant_id() is called parallel safe, and asked in each row": async (site) => {
      await parallelSafe(site);
      await askedEachRow(site);
    },
  },
});
