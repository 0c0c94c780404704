import type { Builder } from "@bulkhead/db";
import { type Column, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { z } from "zod";
import { CLAIMED } from "./cursor.ts";

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
  /**
   * For {@link defineReadOfBoth}, of a tenant that has rows at home and where it lives. `home` is asked first,
   * and is all there is for a tenant that lives there; `elsewhere` merges what home has found, in whose
   * JSON `at` and `id` are called so. @default - all rows are where the tenant lives
   */
  half?: "home" | { elsewhere: { at: string; id: string } };
};

const IS_HALF = sql.raw("coalesce(current_setting('app.half', true) = 'home', false)");

/** With home's rows, as home's answer holds them. What has been copied is in both, and is shown once. */
const merged = (here: SQL, { at, id }: { at: string; id: string }) => sql`
  select distinct on (at, id) item, at, id
    from ((${here})
      union all
      select h.item, (h.item ->> ${sql.raw(`'${at}'`)})::timestamptz, (h.item ->> ${sql.raw(`'${id}'`)})::uuid
        from json_array_elements(${sql.placeholder("home")}::json -> 'items') as h (item)) as both_halves
   order by at desc, id desc`;

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/**
 * One page of a list, as one JSON text: `{"items": […], "next_cursor": …}`. Takes the values of
 * {@link paging}. One row more than the page is read to know whether another page follows.
 *
 * The place is compared as a row, `(at, id) < (…)`, which is one range of the index; written with OR
 * it is as slow as OFFSET. It is the one that the cursor claims, and all is refused in the end when the
 * cursor is not good for this list: once, whatever the size of the page.
 *
 * Home's half can't check a cursor that the other half has sealed, and returns one row too many. The other
 * half checks it, merges home's rows and seals the next.
 */
export const page =
  ({ list, from, order: [at, id], item, where, half }: PageQuery) =>
  (db: Builder) => {
    const name = typeof list === "string" ? sql.raw(`'${list}'`) : list;
    const limit = sql`${sql.placeholder("limit")}::integer`;
    const and = where ? sql` and ${where}` : sql``;
    // A tenth of all rows is what PostgreSQL expects of a limit that it does not know, and it plans the
    // list anew for each call to know it. With this it keeps one plan. Conditions, though, are worth a plan.
    const cap = where ? sql`limit ${limit} + 1` : sql.raw(`limit ${MOST + 1}`);
    const here = sql`
      select ${item} as item, ${at} as at, ${id} as id
        from ${from}
       where (${at}, ${id}) < ((select at from place), (select id from place))${and}
       order by ${at} desc, ${id} desc
       ${cap}`;
    const nextCursor = sql`app.next_cursor(
      ${name}, claimed.at, claimed.id, claimed.seal, last.at, last.id)`;
    const [shown, next] =
      half === "home"
        ? [
            sql`${limit} + case when ${IS_HALF} then 1 else 0 end`,
            sql`case when not ${IS_HALF} then ${nextCursor} end`,
          ]
        : [limit, nextCursor];
    const answer = sql`
      with claimed as not materialized (${CLAIMED}),
      place as not materialized (
        select coalesce(at, 'infinity') as at, coalesce(id, ${sql.raw(`'${LAST_ID}'`)}) as id from claimed
      ),
      found as (
        select item, at, id, row_number() over (order by at desc, id desc) as position
          from (${typeof half === "object" ? merged(here, half.elsewhere) : here}) as listed
         limit ${limit} + 1
      ),
      shown as (
        select coalesce(json_agg(item order by position) filter (where position <= ${shown}), '[]') as items,
               count(*) > ${limit} as followed
          from found
      )
      select json_build_object('items', items, 'next_cursor', ${next}) as answer
        from claimed, shown left join found as last on followed and position = ${limit}`;
    return db.select({ answer: sql<string>`page.answer` }).from(sql`(${answer}) as page`);
  };
