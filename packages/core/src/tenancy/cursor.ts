import { sql } from "drizzle-orm";

/** Of a cursor: 8 bytes of microseconds since 2000, 16 of an id, 16 of a seal, as `app.next_cursor` writes them. */
const WELL_FORMED = /^[A-Za-z0-9_-]{54}$/;

// Beyond the year 2126, where PostgreSQL's intervals do not overflow yet.
const LAST_MICROSECOND = 4_000_000_000_000_000n;

/** No cursor: the first page. */
const NOWHERE = { claimed_at: null, claimed_id: null, claimed_seal: null };

/** What is no cursor at all has no seal, and is refused for it like any other that we did not make. */
const UNSEALED = {
  claimed_at: "0",
  claimed_id: "00000000-0000-0000-0000-000000000000",
  claimed_seal: Buffer.alloc(0),
};

/** The place in a list that a cursor claims, as values for {@link CLAIMED}. Nobody has looked at its seal. */
export function claimedPlace(cursor: string | undefined) {
  if (cursor === undefined) return NOWHERE;
  if (!WELL_FORMED.test(cursor)) return UNSEALED;
  const bytes = Buffer.from(cursor, "base64url");
  const microseconds = bytes.readBigInt64BE(0);
  if (microseconds < 0n || microseconds > LAST_MICROSECOND) return UNSEALED;
  return {
    claimed_at: String(microseconds),
    claimed_id: bytes.toString("hex", 8, 24),
    claimed_seal: bytes.subarray(24),
  };
}

/** {@link claimedPlace}, as SQL: one row of `at`, `id` and `seal`. */
export const CLAIMED = sql`
  select timestamptz '2000-01-01 00:00:00+00'
           + ${sql.placeholder("claimed_at")}::bigint * interval '1 microsecond' as at,
         ${sql.placeholder("claimed_id")}::uuid as id,
         ${sql.placeholder("claimed_seal")}::bytea as seal`;
