import type { Column, Table } from "./table.ts";

// The parts that statements about a tenant's rows are made of. $1 is always the tenant.

/** A row's key, as its values in text, one for each column of the key. */
export type Key = (string | null)[];

export const list = (columns: Column[], alias = "t") =>
  columns.map(({ name }) => `${alias}.${name}`).join(", ");

export const asText = (columns: Column[], alias = "t") =>
  columns.map(({ name }) => `${alias}.${name}::text`).join(", ");

/** Keys as a relation `k` with the columns' own names and types, and `n` from 1: one array of texts for each column. */
export function keysRelation({ key }: Table, firstParameter: number): string {
  const arrays = key.map((_, index) => `$${firstParameter + index}::text[]`).join(", ");
  const raw = key.map((_, index) => `c${index}`).join(", ");
  const typed = key.map(({ name, type }, index) => `c${index}::${type} as ${name}`).join(", ");
  // Read once, whatever it is joined by: the casts would be made anew for each pair.
  return `(select ${typed}, n from unnest(${arrays}) with ordinality as raw (${raw}, n) offset 0) k`;
}

export const onKey = ({ key }: Table) =>
  key.map(({ name }) => `t.${name} = k.${name}`).join(" and ");

/** Rows to columns: what `unnest` takes. */
export const transposed = (rows: readonly (string | null)[][], width: number) =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));

/** 4,096 buckets, so that what differs between two places is looked for in a few of them. */
export const bucketOf = ({ key }: Table) => `(hash_record_extended(row(${list(key)}), 0) & 4095)`;

/**
 * Whether a row was written by a transaction from the given one on. By age, because a row knows 32 bits
 * of its transaction's number; one that old that they have come round again counts as unchanged.
 */
export const writtenSince = (parameter: string) =>
  `age(t.xmin) between 0 and age(${parameter}::xid8::xid)`;
