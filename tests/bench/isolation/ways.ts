import {
  type BoundStatement,
  type Caller,
  type Connections,
  connect,
  statement,
  transact,
} from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { projectJson } from "../../../packages/core/src/project/shape.ts";
import { nextCursor, placeOf } from "../../../packages/core/src/verb/cursor.ts";
import { page } from "../../../packages/core/src/verb/page.ts";
import type { Place } from "./seed.ts";

/** A database, and who lives in it. `url` is the API's role's. */
export type Side = { url: string; places: Place[] };

/** The role that no policy holds. */
export const BARE = "bench_bare";

const PAGE = 50;
const LIST = "project.list";
const ofTenant = eq(projects.tenantId, sql.placeholder("tenant"));
const byId = eq(projects.id, sql.placeholder("id"));
const listed = {
  from: projects,
  order: [projects.createdAt, projects.id],
  item: projectJson,
} as const;

const point = statement((db) =>
  db.select({ json: projectJson }).from(projects).where(byId).prepare(""),
);
const barePoint = statement((db) =>
  db.select({ json: projectJson }).from(projects).where(and(ofTenant, byId)).prepare(""),
);
const aPage = statement((db) => page(listed)(db).prepare(""));
const barePage = statement((db) => page({ ...listed, where: ofTenant })(db).prepare(""));
const place = statement((db) =>
  db
    .select({
      cursor: nextCursor(sql`last.created_at`, sql`last.id`) as SQL<string>,
    })
    .from(
      sql`(select created_at, id from ${projects} order by created_at desc, id desc
            offset ${sql.placeholder("offset")} limit 1) as last`,
    )
    .prepare(""),
);

const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

/** The two ways of doing the same thing, over connections that differ in their role alone. */
export function waysOf({ url, places }: Side, max: number) {
  const asApi = connect({ connectionString: url, max });
  const asBare = connect({ connectionString: url.replace("bulkhead_api", BARE), max });
  const over = (home: Connections) => (make: (of: Place) => BoundStatement<unknown>) => {
    const one = any(places);
    return transact(callerOf(home, one), make(one));
  };
  const [rls, bare] = [over(asApi), over(asBare)];

  /** The cursor of the given page, 2 or more, in the first tenant's list. */
  async function cursorOf(number: number): Promise<string> {
    const offset = (number - 1) * PAGE - 1;
    const { results } = await transact(
      callerOf(asApi, places[0] as Place),
      place({ ...placeOf(LIST, {}), offset }),
    );
    return (results[0] as { cursor: string }[])[0]?.cursor as string;
  }

  return {
    rls,
    bare,
    point: () => rls(({ ids }) => point({ id: any(ids) })),
    barePoint: () => bare(({ ids, tenant }) => barePoint({ id: any(ids), tenant })),
    page: (cursor?: string) => rls(() => aPage({ ...placeOf(LIST, { cursor }), limit: PAGE })),
    barePage: () => bare(({ tenant }) => barePage({ ...placeOf(LIST, {}), limit: PAGE, tenant })),
    cursorOf,
    async end() {
      await asApi.end();
      await asBare.end();
    },
  };
}

const callerOf = (home: Connections, { credential }: Place): Caller => ({
  databases: { home },
  credential,
  purpose: { permission: "project:read", action: "project.list", requestId: "bench" },
});
