import type { Column, Table } from "./table.ts";

// Parts of statements about a tenant's rows. $1 is always the tenant.

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
  // `offset 0` keeps the subquery apart: otherwise the casts would be repeated for each joined pair.
  return `(select ${typed}, n from unnest(${arrays}) with ordinality as raw (${raw}, n) offset 0) k`;
}

export const onKey = ({ key }: Table) =>
  key.map(({ name }) => `t.${name} = k.${name}`).join(" and ");

/** Rows to columns: what `unnest` takes. */
export const transposed = (rows: readonly (string | null)[][], width: number) =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));

/** 4,096 buckets, so that a difference between two databases is searched for in few of them. */
export const bucketOf = ({ key }: Table) => `(hash_record_extended(row(${list(key)}), 0) & 4095)`;

/**
 * Whether a row was written by the given transaction or a later one. By age, because a row holds 32 bits
 * of its transaction's number; a row from before their wraparound counts as unchanged.
 */
export const writtenSince = (parameter: string) =>
  `age(t.xmin) between 0 and age(${parameter}::xid8::xid)`;
