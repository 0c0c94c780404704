import { type Builder, type Opened, type PreparedQuery, statement, transact } from "@bulkhead/db";
import type { z } from "zod";
import { type Claim, type Ctx, callerOf } from "./ctx.ts";
import { requirePlace } from "./cursor.ts";
import { blank, type Input, parse } from "./input.ts";
import { missing, refused } from "./refusal.ts";

/** A drizzle query that has yet to be prepared, and returns JSON in the column `answer`. */
export type Query = { prepare(name: string): PreparedQuery };

export type ReadDefinition<I extends Input> = Claim & {
  input: I;
  /** Prepared once, when the module loads. Its placeholders are the fields of `input`, and for a list the place to begin at. */
  query(db: Builder): Query;
  /** Another query, for the input that `when` picks out. @default - one query for all input */
  instead?: { when(input: z.output<I>): boolean; query(db: Builder): Query };
};

export type ReadResult = {
  /** JSON as PostgreSQL wrote it. */
  body: string;
  /** The caller that the database let in. The transport presents the body for this tenant. */
  opened: Opened;
};

/**
 * A verb that reads. Called with a caller and an input it makes one round trip. Its definition is on it,
 * for transports and tests.
 *
 * @throws Refusal `resource.missing` when the query finds no row, `cursor.invalid`, and the refusals
 * of the credential
 */
export type Read<I extends Input = Input> = Claim & {
  input: I;
  (ctx: Ctx, input: z.input<I>): Promise<ReadResult>;
};

/**
 *     export const findProject = defineRead({
 *       action: "project.find",
 *       permission: "project:read",
 *       input: z.strictObject({ id: Id }),
 *       query: (db) => db.select({ answer: projectJson }).from(projects).where(…),
 *     });
 */
export function defineRead<I extends Input>(definition: ReadDefinition<I>): Read<I> {
  const { query, instead, ...rest } = definition;
  const prepared = statement((db) => query(db).prepare(""));
  const other = instead && statement((db) => instead.query(db).prepare(""));
  const nulls = blank(rest.input);
  const isList = "cursor" in rest.input.shape;

  const read = async (ctx: Ctx, input: z.input<I>) => {
    const parsed = parse(rest.input, input);
    const chosen = other && instead.when(parsed) ? other : prepared;
    const place = isList ? await requirePlace(ctx, rest, parsed) : {};
    const values = { ...nulls, ...parsed, ...place };
    const { opened, results } = await transact(callerOf(ctx, rest), chosen(values)).catch(
      refused(ctx),
    );
    const [row] = results[0] as { answer: string }[];
    if (!row) throw missing();
    return { opened, body: row.answer };
  };
  return Object.assign(read, rest);
}
