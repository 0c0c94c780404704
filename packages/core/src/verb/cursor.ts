import { transact } from "@bulkhead/db";
import { type SQL, sql } from "drizzle-orm";
import { Refusal } from "../error/index.ts";
import { type Claim, type Ctx, callerOf, sha256 } from "./ctx.ts";
import { refused } from "./refusal.ts";

// A cursor is 30 bytes in base64url: 6 of a hash over its list and filters, 8 of microseconds since 2000, 16
// of an id. It bears no signature, because it grants nothing: a forged one moves the caller within their own
// list, as a filter does, and the policies decide which rows are read.
const WELL_FORMED = /^[A-Za-z0-9_-]{40}$/;
const BINDING_BYTES = 6;
const EPOCH_MILLISECONDS = Date.UTC(2000, 0, 1);
// From then on a year has five digits, which PostgreSQL reads in another form.
const MAX_MICROSECONDS = BigInt(Date.UTC(10_000, 0, 1) - EPOCH_MILLISECONDS) * 1000n;

/** Where a page begins, as values for {@link AFTER} and {@link nextCursor}. */
export type Place = { binding: Buffer; after_at: string; after_id: string };

/** After nothing: the newest row is the first. */
const START = { after_at: "infinity", after_id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };

/**
 * Where the page begins that `input` asks for. `list` names the list. Undefined for a cursor of another list,
 * of other filters, or of none: whatever `input` holds beside `limit` and `cursor` is a filter.
 */
export function placeOf(list: string, input: Record<string, unknown>): Place | undefined {
  const { limit: _, cursor, ...filters } = input;
  const binding = sha256(JSON.stringify([list, filters])).subarray(0, BINDING_BYTES);
  if (cursor === undefined) return { binding, ...START };
  if (!WELL_FORMED.test(String(cursor))) return undefined;

  const bytes = Buffer.from(String(cursor), "base64url");
  const microseconds = bytes.readBigInt64BE(BINDING_BYTES);
  const inRange = microseconds >= 0n && microseconds < MAX_MICROSECONDS;
  if (!inRange || !binding.equals(bytes.subarray(0, BINDING_BYTES))) return undefined;
  return { binding, after_at: timestampOf(microseconds), after_id: bytes.toString("hex", 14) };
}

/** As PostgreSQL reads it, to the microsecond. */
function timestampOf(microseconds: bigint): string {
  const toMilliseconds = new Date(EPOCH_MILLISECONDS + Number(microseconds / 1000n)).toISOString();
  return toMilliseconds.replace("Z", `${String(microseconds % 1000n).padStart(3, "0")}Z`);
}

/**
 * {@link placeOf}, for a read. A bad cursor is refused after the credential, so that it reveals nothing to a
 * caller who may not read the list; the list's own statement is not sent.
 *
 * @throws Refusal of the credential; `cursor.invalid`
 */
export async function requirePlace(
  ctx: Ctx,
  claim: Claim,
  input: Record<string, unknown>,
): Promise<Place> {
  const place = placeOf(claim.action, input);
  if (place) return place;
  await transact(callerOf(ctx, claim)).catch(refused(ctx));
  throw new Refusal(
    "invalid",
    "cursor.invalid",
    "The cursor does not belong to this list with these filters. Start from the first page.",
  );
}

/**
 * The place as SQL. Each is a query of its own, whose value the planner does not know: so it makes one plan
 * for all places.
 */
export const AFTER = {
  at: sql`(select ${sql.placeholder("after_at")}::timestamptz)`,
  id: sql`(select ${sql.placeholder("after_id")}::uuid)`,
};

/** The cursor of the page after the row of that time and id; null when those are. */
export const nextCursor = (at: SQL, id: SQL): SQL =>
  sql`translate(encode(${sql.placeholder("binding")}::bytea || timestamptz_send(${at}) || uuid_send(${id}), 'base64'), '+/', '-_')`;
