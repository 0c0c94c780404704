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
      `select set_config('app.ctx', '${victim.tenantId}|user:${victim.userId}|owner|r|a|project:read', true),
              set_config('app.sig', repeat('0', 64), true)`,
      `select project_id from app.search_projects(null, 'secret', null, ${END})`,
    ]),
  );
  return lastValue(outcome);
}

hole("a search finds nothing for a context without a signature", {
  attack: searchForged,
  broken: {
    "it believes what is claimed": ({ database }) =>
      redefine(database, "app.search_projects", (definition) =>
        definition.replace("app.tenant_id()", "app.claimed_tenant()"),
      ),
  },
});

/** A word that the victim has as well is found less often in one's own rows, when hits are dropped by its count. */
async function countOthersWords({ mallory, request }: Site) {
  const filler = Array.from({ length: 2_450 }, (_, n) =>
    String.fromCharCode(0x4e00 + (n >> 6), 0x5e00 + (n & 63), 0x6e00),
  ).join(" ");
  await request(
    mallory,
    "select set_config('gin_pending_list_limit', '64', true)",
    `insert into app.projects (name, description) select 'p' || n, 'secret ${filler}' from generate_series(1, 21) n`,
  );
  const outcome = await request(
    mallory,
    `select ${Object.entries(FEW_HITS)
      .map(([name, value]) => `set_config('${name}', '${value}', true)`)
      .join(", ")}`,
    ...Array(40).fill(`select count(*) from app.search_projects(null, 'secret', null, ${END})`),
  );
  if (outcome.failure) throw outcome.failure;
  return outcome.rows.slice(3).find(([row]) => Number(row?.[0]) < 21);
}

/** Makes the planner take the index, and the index drop hits beyond ten at random. */
const FEW_HITS = {
  gin_fuzzy_search_limit: "10",
  enable_seqscan: "off",
  enable_indexscan: "off",
  enable_indexonlyscan: "off",
  cpu_operator_cost: "0",
  random_page_cost: "0",
  seq_page_cost: "0",
  cpu_index_tuple_cost: "100000",
  cpu_tuple_cost: "0",
};

hole("a search finds all of one's own rows, whatever the caller sets", {
  attack: countOthersWords,
  broken: {
    "it runs with the caller's limit of an index's hits": ({ database }) =>
      database.sql("alter function app.search_projects reset gin_fuzzy_search_limit"),
  },
});

/** Two tenants with the same word: how many entries the index has for it. */
async function sharedEntries({ database, mallory, request }: Site) {
  await request(mallory, "insert into app.projects (name) values ('secret')");
  const [definition] = await database.sql(
    "select pg_get_indexdef('app.projects_words'::regclass, 1, true) as expression",
  );
  const [shared] = await database.sql(`
    select w.lexeme from app.projects p, unnest(${definition?.expression}) w
     group by w.lexeme having count(distinct p.tenant_id) > 1`);
  return shared;
}

hole("no word in the index is shared by two tenants", {
  attack: sharedEntries,
  broken: {
    "the tenant is a word of its own beside the others": ({ database }) =>
      database.sql(`
        drop index app.projects_words;
        create index projects_words on app.projects using gin (
          (to_tsvector('simple', name || ' ' || description) || array_to_tsvector(array['tenant ' || tenant_id::text])))`),
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
