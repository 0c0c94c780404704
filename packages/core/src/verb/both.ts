import { statement, transactInBoth } from "@bulkhead/db";
import type { z } from "zod";
import { callerOf } from "./ctx.ts";
import { requirePlace } from "./cursor.ts";
import { blank, type Input, parse } from "./input.ts";
import type { paging } from "./page.ts";
import type { Read, ReadDefinition } from "./read.ts";
import { refused } from "./refusal.ts";

type Paged = Input & z.ZodObject<typeof paging>;

type Definition<I extends Input> = Omit<ReadDefinition<I>, "instead" | "query"> & {
  /** The queries of the two places: each a `page`, of which the second merges the first. */
  home: ReadDefinition<I>["query"];
  elsewhere: ReadDefinition<I>["query"];
};

/**
 * One list of the rows at home and of the rows where the tenant lives. One round trip for a tenant
 * that lives at home, one at each place for another.
 *
 * @throws Refusal like {@link defineRead}
 */
export function defineReadOfBoth<I extends Paged>({
  home,
  elsewhere,
  ...rest
}: Definition<I>): Read<I> {
  const atHome = statement((db) => home(db).prepare(""));
  const there = statement((db) => elsewhere(db).prepare(""));
  const nulls = { ...blank(rest.input), home: null };

  const read = async (ctx: Parameters<Read<I>>[0], input: z.input<I>) => {
    const parsed = parse(rest.input, input);
    const values = { ...nulls, ...parsed, ...(await requirePlace(ctx, rest, parsed)) };
    const { opened, results } = await transactInBoth(
      callerOf(ctx, rest),
      atHome(values),
      ([found]) =>
        there({ ...values, home: (found as { answer: string } | undefined)?.answer ?? null }),
    ).catch(refused(ctx));
    const [row] = results as { answer: string }[];
    if (!row) throw new Error("The query of a page returned no row: expected one.");
    return { opened, body: row.answer };
  };
  return Object.assign(read, rest);
}
