import { Client } from "pg";
import { atLeast, atMost, type Figure, ratioOf, type Variant } from "./figure.ts";
import { SEARCHES } from "./isolation/searches.ts";
import { seed } from "./isolation/seed.ts";
import { BARE, type Side, waysOf } from "./isolation/ways.ts";
import { benchServer } from "./server.ts";

const TENANTS = 1_000;
/** As many for a tenant in the small database and in the large one: a page is a page in both. */
const ROWS_EACH = 1_888;
/** On top, for the tenant whose list is walked to the 2,000th page of 50. */
const MORE = 2_000_000 - TENANTS * ROWS_EACH;
const SMALL = { tenants: 5, rowsEach: 2_000 };

/**
 * What row level security costs: the same query over the same rows of the same table, by the same driver
 * and with the same credential and context, once as the API's role and once as a role that no policy
 * holds, with a where clause.
 */
export async function* bench(): AsyncIterable<Figure> {
  const server = await benchServer({ sharedBuffers: "1500MB" });
  try {
    await server.superuser.query(`create role ${BARE} login bypassrls password 'runtime'`);
    const url = server.apiUrl();
    const sizes = { tenants: TENANTS, rowsEach: ROWS_EACH, more: MORE };
    const large = { url, places: await fill(server.superuser, sizes) };

    const other = new Client({ connectionString: await server.another("small") });
    await other.connect();
    const small = { url: url.replace(/\w+$/, "small"), places: await fill(other, SMALL) };
    await other.end();
    yield* figures(small, large);
  } finally {
    await server.stop();
  }
}

export async function* figures(small: Side, large: Side): AsyncIterable<Figure> {
  for (const lanes of [1, 10]) yield* policies(large, lanes);
  yield* depth(large);
  yield* growth(small, large);
  yield* searches(large);
}

export async function fill(superuser: Client, size: Parameters<typeof seed>[1]) {
  await superuser.query(`
    do $$ begin execute format('grant connect on database %I to ${BARE}', current_database()); end $$;
    grant usage on schema app to ${BARE};
    grant select on app.projects to ${BARE};
    grant execute on function app.open_session(bytea, text, text, text), app.open_cursor(text, text),
      app.seal_cursor(text, timestamptz, uuid) to ${BARE}`);
  return seed(superuser, size);
}

/** Many short slices: neighbours in time are alike even on a machine that has other things to do. */
const compare = (subject: Variant, reference: Variant, lanes = 1) =>
  ratioOf(subject, reference, { lanes, rounds: 75, sliceMs: 50 });

async function* policies(side: Side, lanes: number): AsyncIterable<Figure> {
  const ways = waysOf(side, lanes);
  const title = (what: string) => `${what} with RLS / with where, ${lanes} conn`;
  yield atLeast(title("point read"), 0.93, await compare(ways.point, ways.barePoint, lanes));
  yield atLeast(title("50-row page"), 0.88, await compare(ways.page, ways.barePage, lanes));
  await ways.end();
}

/** In the list of the tenant who has the most. */
async function* depth(side: Side): AsyncIterable<Figure> {
  const ways = waysOf({ ...side, places: side.places.slice(0, 1) }, 1);
  const [second, deep] = [await ways.cursorOf(2), await ways.cursorOf(2_000)];
  // The first page has no cursor to open. What depth alone costs, the second tells.
  for (const [name, cursor] of [["page 1", null] as const, ["page 2", second] as const]) {
    const cost = await compare(
      () => ways.page(cursor),
      () => ways.page(deep),
    );
    yield atMost(`cost of page 2,000 / ${name}`, 1.05, cost);
  }
  await ways.end();
}

async function* growth(small: Side, large: Side): AsyncIterable<Figure> {
  const [before, after] = [waysOf(small, 1), waysOf(large, 1)];
  const title = (what: string) => `cost of ${what} in 2,000,000 rows / in 10,000`;
  yield atMost(title("a point read"), 1.1, await compare(before.point, after.point));
  const [pageBefore, pageAfter] = [await before.anyPage(), await after.anyPage()];
  yield atMost(title("a 50-row page"), 1.1, await compare(pageBefore, pageAfter));
  await before.end();
  await after.end();
}

async function* searches(side: Side): AsyncIterable<Figure> {
  const ways = waysOf(side, 1);
  for (const { name, rls, bare, wish } of SEARCHES) {
    const cost = await compare(
      () => ways.bare((place) => bare(wish(), place)),
      () => ways.rls(() => rls(wish())),
    );
    yield atMost(`cost of a ${name} search with RLS / with where`, 2, cost);
  }
  await ways.end();
}
