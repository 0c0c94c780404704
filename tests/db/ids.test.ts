import { expect, it } from "vitest";
import { freshDatabase } from "../support/database.ts";

it("an id has version 7, the variant of RFC 9562, and begins with the millisecond in which it was made", async () => {
  const { sql } = await freshDatabase();
  const [row] = await sql(
    `select min(lower) as lower, min(id::text) as first, max(id::text) as last, floor(extract(epoch from clock_timestamp()) * 1000) as upper,
            bool_and(id::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$') as formed
       from (select floor(extract(epoch from clock_timestamp()) * 1000) as lower, app.new_id() as id from generate_series(1, 1000)) made`,
  );
  const { lower, upper, first, last, formed } = row as Record<string, string>;
  const millisecond = (id = "") => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
  expect(formed).toBe(true);
  // The last of its 4096ths is rounded.
  expect(millisecond(first)).toBeGreaterThanOrEqual(Number(lower));
  expect(millisecond(last)).toBeLessThanOrEqual(Number(upper) + 1);
});

it("ids that are made one after the other are in order", async () => {
  const { sql } = await freshDatabase();
  const [row] = await sql(
    `select count(*) filter (where time < before)::int as backwards, count(distinct time)::int > 5000 as told_apart
       from (select time, lag(time) over (order by n) as before
               from (select n, left(translate(app.new_id()::text, '-', ''), 16) as time from generate_series(1, 10000) n) made) pairs`,
  );
  expect(row).toEqual({ backwards: 0, told_apart: true });
});

it("ids that many make at once are all different", async () => {
  const database = await freshDatabase();
  const connections = database.as("api", { max: 8 });
  const made = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { rows, failure } = await connections.run([
        { text: "select app.new_id() from generate_series(1, 10000)" },
      ]);
      if (failure) throw failure;
      return (rows[0] ?? []).map(([id]) => id);
    }),
  );
  expect(new Set(made.flat()).size).toBe(80_000);
});

it("every id that a column makes up is one of them", async () => {
  const { sql } = await freshDatabase();
  const made = await sql(
    `select distinct pg_get_expr(d.adbin, d.adrelid) as by from pg_attrdef d join pg_attribute a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
      where a.attname = 'id' and a.atttypid = 'uuid'::regtype`,
  );
  expect(made).toEqual([{ by: "app.new_id()" }]);
});
