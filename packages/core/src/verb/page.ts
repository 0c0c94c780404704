import type { Builder } from "@bulkhead/db";
import { type Column, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { z } from "zod";
import { AFTER, nextCursor } from "./cursor.ts";

const MAX_ITEMS = 100;

/** The input of every list. Spread into the input of a list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(MAX_ITEMS).default(20),
  cursor: z.string().max(200).optional(),
};

/** A page as the API shows it. `next_cursor` is null on the last one. */
export const PageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export type PageQuery = {
  /** A table, or SQL that may ask {@link AFTER} from where on: the time and id of the last row before the page. */
  from: PgTable | SQL;
  /** The newest first; `id` decides between equal times. Needs an index on (tenant_id, at desc, id desc). */
  order: readonly [at: Column, id: Column];
  item: SQL<string>;
  /** Further conditions. @default - everything of the tenant */
  where?: SQL;
  /**
   * For {@link defineReadOfBoth}: merges the page from home, `home`. `at` and `id` name these fields in its items. @default - all rows are where the tenant lives
   */
  merge?: { at: string; id: string };
};

const HOME = sql`${sql.placeholder("home")}::json`;

/** With home's rows. What has been copied is in both, and is shown once. */
const merged = (here: SQL, { at, id }: { at: string; id: string }) => sql`
  select distinct on (at, id) item, at, id
    from ((${here})
      union all
      select h.item, (h.item ->> ${sql.raw(`'${at}'`)})::timestamptz, (h.item ->> ${sql.raw(`'${id}'`)})::uuid
        from json_array_elements(${HOME} -> 'items') as h (item)) as both_places
   order by at desc, id desc`;

/**
 * One page of a list, as one JSON text: `{"items": […], "next_cursor": …}`. Takes the values of
 * {@link paging} and of the place that it begins at. One row more than the page is read to know whether
 * another page follows.
 *
 * The place is compared as a row, `(at, id) < (…)`, which is one range of the index; written with OR
 * it is as slow as OFFSET.
 */
export const page =
  ({ from, order: [at, id], item, where, merge }: PageQuery) =>
  (db: Builder) => {
    const limit = sql`${sql.placeholder("limit")}::integer`;
    const and = where ? sql` and ${where}` : sql``;
    // For a limit that it does not know PostgreSQL expects a tenth of all rows, so it plans the list anew for
    // each call. With this cap it keeps one plan. A list with conditions is worth a plan of its own.
    const cap = where ? sql`limit ${limit} + 1` : sql.raw(`limit ${MAX_ITEMS + 1}`);
    const here = sql`
      select ${item} as item, ${at} as at, ${id} as id
        from ${from}
       where (${at}, ${id}) < (${AFTER.at}, ${AFTER.id})${and}
       order by ${at} desc, ${id} desc
       ${cap}`;
    // Home's page comes without the row after it, and its `next_cursor` says whether there is one.
    const more = merge ? sql` or ${HOME} ->> 'next_cursor' is not null` : sql``;
    const answer = sql`
      with found as (
        select item, at, id, row_number() over (order by at desc, id desc) as position
          from (${merge ? merged(here, merge) : here}) as listed
         limit ${limit} + 1
      ),
      shown as (
        select coalesce(json_agg(item order by position) filter (where position <= ${limit}), '[]') as items,
               count(*) > ${limit}${more} as followed
          from found
      )
      select json_build_object('items', items, 'next_cursor', ${nextCursor(sql`last.at`, sql`last.id`)}) as answer
        from shown left join found as last on followed and position = ${limit}`;
    return db.select({ answer: sql<string>`page.answer` }).from(sql`(${answer}) as page`);
  };
