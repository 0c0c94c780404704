import { describe, expect, it } from "vitest";
import { bound, hole, lastValue, newSite, type Site } from "../../support/hole.ts";
import { redefine } from "../../support/mutation.ts";

const SEARCHES = {
  "a prefix": "'sec', null, null",
  words: "null, 'secret', null",
  "an attribute": "null, null, 'stage:live'",
};
const END = "'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 100";

/** The victim's project has an attribute as well. No trigger asks for a context then. */
const label = ({ database }: Site) =>
  database.sql(
    `set session_replication_role = replica;
     update app.projects set attributes = '{"stage": "live"}' where name = 'secret';
     set session_replication_role = origin`,
  );

const forgetTenant = ({ database }: Site) =>
  redefine(database, "app.search_projects", (definition) =>
    definition
      .replaceAll(/p\.tenant_id = tenant\s+and/g, "")
      .replace("(query && format('''tenant %s''', tenant)::tsquery)", "query")
      .replace(
        "jsonb_build_object(tenant::text, pair)",
        "jsonb_build_object(p.tenant_id::text, pair)",
      ),
  );

/** Asks the function itself, for ids that the policy never sees. */
async function searchAll({ mallory, request }: Site) {
  for (const search of Object.values(SEARCHES)) {
    const found = lastValue(
      await request(mallory, `select project_id from app.search_projects(${search}, ${END})`),
    );
    if (found) return found;
  }
  return undefined;
}

hole("a search looks at one tenant's projects, and the caller does not say which", {
  attack: searchAll,
  given: label,
  broken: { "it does not ask for the tenant": forgetTenant },
});

/** Searches as the victim, under a context that says all the right things and bears no signature. */
async function searchForged({ api, victim }: Site) {
  const outcome = await api.run(
    bound([
      `select set_config('app.ctx', '${victim.tenantId}|user:${victim.userId}|owner|r|a', true),
              set_config('app.sig', repeat('0', 64), true)`,
      `select project_id from app.search_projects(null, 'secret', null, ${END})`,
    ]),
  );
  return lastValue(outcome);
}

hole("a search finds nothing for a context that nobody signed", {
  attack: searchForged,
  broken: {
    "it believes what is claimed": ({ database }) =>
      redefine(database, "app.search_projects", (definition) =>
        definition.replace("app.tenant_id()", "app.claimed_tenant()"),
      ),
  },
});

describe("a search that forgot its tenant", () => {
  it.each(Object.entries(SEARCHES))("by %s shows no row all the same", async (_, search) => {
    const site = await newSite();
    await label(site);
    await forgetTenant(site);
    expect(await searchAll(site)).toBeDefined();
    const { rows, failure } = await site.request(
      site.mallory,
      `select p.name from app.search_projects(${search}, ${END}) join app.projects p on p.id = project_id`,
    );
    expect([failure, rows.at(-1) ?? []]).toEqual([undefined, []]);
  });
});
