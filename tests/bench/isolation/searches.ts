import { type BoundStatement, statement } from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { eq, type SQL, sql } from "drizzle-orm";
import { projectSearch } from "../../../packages/core/src/project/list.ts";
import { projectJson } from "../../../packages/core/src/project/shape.ts";
import { placeOf } from "../../../packages/core/src/verb/cursor.ts";
import { page } from "../../../packages/core/src/verb/page.ts";
import type { Place } from "./seed.ts";

type Wish = Record<string, string>;

export type Search = {
  name: string;
  /** As the product searches, under row level security. */
  rls(wish: Wish): BoundStatement<unknown>;
  /** The same page by a condition of the query's own, for whom no policy holds. */
  bare(wish: Wish, place: Place): BoundStatement<unknown>;
  /** What a search looks for: another value each time. */
  wish(): Wish;
};

const below = (limit: number) => Math.floor(Math.random() * limit);
const found = statement((db) => projectSearch(db).prepare(""));
const blank = {
  name_prefix: null,
  q: null,
  attribute: null,
  limit: 50,
  ...placeOf("project.list", {}),
};

function search(name: string, condition: SQL, wish: () => Wish): Search {
  const where = sql`${eq(projects.tenantId, sql.placeholder("tenant"))} and ${condition}`;
  const bare = statement((db) =>
    page({
      from: projects,
      order: [projects.createdAt, projects.id],
      item: projectJson,
      where,
    })(db).prepare(""),
  );
  return {
    name,
    rls: (wished) => found({ ...blank, ...wished }),
    bare: (wished, { tenant }) => bare({ ...blank, ...wished, tenant }),
    wish,
  };
}

const given = (field: string) => sql`${sql.placeholder(field)}::text`;

/** About 25, 20 and 190 of a tenant's 1,888 projects are found by them. */
export const SEARCHES: readonly Search[] = [
  search(
    "prefix",
    sql`lower(${projects.name}) ~>=~ lower(${given("name_prefix")})
        and lower(${projects.name}) ~<~ (lower(${given("name_prefix")}) || chr(1114111))`,
    () => ({ name_prefix: `castle ${1 + below(9)}` }),
  ),
  search(
    "full text",
    sql`to_tsvector('simple', ${projects.name} || ' ' || ${projects.description})
          || array_to_tsvector(array['tenant ' || ${projects.tenantId}::text])
        @@ (websearch_to_tsquery('simple', ${given("q")}) && format('''tenant %s''', ${given("tenant")})::tsquery)`,
    () => ({ q: `w${below(500)}` }),
  ),
  search(
    "JSON key",
    sql`('{"' || ${projects.tenantId}::text || '":' || ${projects.attributes}::text || '}')::jsonb
        @> jsonb_build_object(${given("tenant")}, jsonb_build_object(
          split_part(${given("attribute")}, ':', 1), split_part(${given("attribute")}, ':', 2)))`,
    () => ({ attribute: `stage:s${below(10)}` }),
  ),
];
