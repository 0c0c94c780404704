import type { Builder } from "@bulkhead/db";
import { type Column, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { z } from "zod";

const MOST = 100;

/** What every list can be asked for. Spread into the input of a list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(MOST).default(20),
  cursor: z.string().max(200).optional(),
};

/** A page as the API shows it. `next_cursor` is null on the last one. */
export const PageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export type PageQuery = {
  /** Names the list, as text or as SQL over the input. A cursor is good for the list and the tenant it was made for. */
  list: string | SQL;
  /** A table, or SQL that may ask `place` from where on: `(at, id)` of the last row before the page. */
  from: PgTable | SQL;
  /** The newest first; `id` decides between equal times. Needs an index on (tenant_id, at desc, id desc). */
  order: readonly [at: Column, id: Column];
  item: SQL<string>;
  /** Further conditions. @default - everything of the tenant */
  where?: SQL;
};

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/**
 * One page of a list, as one JSON text: `{"items": […], "next_cursor": …}`. Takes the values of
 * {@link paging}. One row more than the page is read to know whether another page follows.
 *
 * The place is compared as a row, `(at, id) < (…)`, which is one range of the index; written with OR
 * it is as slow as OFFSET. The cursor is opened once, whatever the size of the page.
 */
export const page =
  ({ list, from, order: [at, id], item, where }: PageQuery) =>
  (db: Builder) => {
    const name = typeof list === "string" ? sql.raw(`'${list}'`) : list;
    const limit = sql`${sql.placeholder("limit")}::integer`;
    const and = where ? sql` and ${where}` : sql``;
    // A tenth of all rows is what PostgreSQL expects of a limit that it does not know, and it plans the
    // list anew for each call to know it. With this it keeps one plan. Conditions, though, are worth a plan.
    const cap = where ? sql`limit ${limit} + 1` : sql.raw(`limit ${MOST + 1}`);
    const answer = sql`
      with place as materialized (
        select coalesce(row_at, 'infinity') as at, coalesce(row_id, ${sql.raw(`'${LAST_ID}'`)}) as id
          from app.open_cursor(${name}, ${sql.placeholder("cursor")})
      ), found as (
        select item, at, id, row_number() over (order by at desc, id desc) as position
          from (select ${item} as item, ${at} as at, ${id} as id
                  from ${from}
                 where (${at}, ${id}) < ((select at from place), (select id from place))${and}
                 order by ${at} desc, ${id} desc
                 ${cap}) as listed
         limit ${limit} + 1
      )
      select json_build_object(
        'items', coalesce(json_agg(item order by position) filter (where position <= ${limit}), '[]'),
        'next_cursor', case when count(*) > ${limit} then
          (select app.seal_cursor(${name}, at, id) from found where position = ${limit}) end
      ) as answer from found`;
    return db.select({ answer: sql<string>`page.answer` }).from(sql`(${answer}) as page`);
  };
