import type { Session } from "../database/session.ts";
import { bucketOf, type Key, keysRelation, list, onKey, transposed } from "./sql.ts";
import type { Table } from "./table.ts";

/** The sum of a set of rows in any order: their number, and 128 bits of their hashes. */
export type Digest = { rows: number; hash: string };

export const EMPTY: Digest = { rows: 0, hash: "0:0" };

// XOR of row hashes is independent of order, and rows with different keys can't cancel each other. It
// finds errors, not forgeries: both databases are the operator's own.
const sum = (text: string) =>
  `count(*), bit_xor(hashtextextended(${text}, 0))::text || ':' || bit_xor(hashtextextended(${text}, 1))::text`;

const digestOf = ([rows, hash]: (string | null)[]): Digest => ({
  rows: Number(rows),
  hash: hash ?? EMPTY.hash,
});

/** The digest of two disjoint sets of rows. */
export function combine(a: Digest, b: Digest): Digest {
  const ofA = a.hash.split(":");
  const hash = b.hash.split(":").map((half, n) => BigInt(half) ^ BigInt(ofA[n] ?? 0));
  return { rows: a.rows + b.rows, hash: hash.join(":") };
}

export const equalDigests = (a: Digest, b: Digest) => a.rows === b.rows && a.hash === b.hash;

/** The digest of every column of the tenant's rows, or of those with the given keys. */
export async function digestRows(
  session: Session,
  tenant: string,
  table: Table,
  keys?: readonly Key[],
): Promise<Digest> {
  const chosen = keys ? `join ${keysRelation(table, 2)} on ${onKey(table)}` : "";
  const [row] = await session.texts(
    `select ${sum("r.content")} from (select row(${list(table.columns)})::text as content
       from ${table.name} t ${chosen} where t.tenant_id = $1 offset 0) r`,
    [tenant, ...(keys ? transposed(keys, table.key.length) : [])],
  );
  return digestOf(row ?? []);
}

/** The keys whose rows on both sides differ in any column, as indexes of the given list. */
export async function changedBetween(
  source: Session,
  target: Session,
  tenant: string,
  table: Table,
  keys: readonly Key[],
): Promise<Set<number>> {
  if (keys.length === 0) return new Set();
  const hashes = async (session: Session) => {
    const rows = await session.texts(
      `select r.n, hashtextextended(r.content, 0)::text || ':' || hashtextextended(r.content, 1)::text
         from (select k.n, row(${list(table.columns)})::text as content
                 from ${table.name} t join ${keysRelation(table, 2)} on ${onKey(table)}
                where t.tenant_id = $1 offset 0) r`,
      [tenant, ...transposed(keys, table.key.length)],
    );
    return new Map(rows.map(([n, hash]) => [Number(n) - 1, hash]));
  };
  const [ofSource, ofTarget] = await Promise.all([hashes(source), hashes(target)]);
  return new Set(
    [...ofTarget.keys()].filter((n) => ofSource.has(n) && ofSource.get(n) !== ofTarget.get(n)),
  );
}

/** The digests of the keys alone, by bucket. */
export async function digestKeys(
  session: Session,
  tenant: string,
  table: Table,
): Promise<Map<string, Digest>> {
  const key = `row(${list(table.key)})`;
  const rows = await session.texts(
    `select ${bucketOf(table)}, count(*), bit_xor(hash_record_extended(${key}, 1))::text
       from ${table.name} t where t.tenant_id = $1 group by 1`,
    [tenant],
  );
  return new Map(rows.map(([bucket, ...digest]) => [String(bucket), digestOf(digest)]));
}

/** The buckets in which two databases hold different keys. */
export function differingBuckets(a: Map<string, Digest>, b: Map<string, Digest>): string[] {
  const all = new Set([...a.keys(), ...b.keys()]);
  return [...all].filter((bucket) => !equalDigests(a.get(bucket) ?? EMPTY, b.get(bucket) ?? EMPTY));
}
