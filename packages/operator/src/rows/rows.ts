import type { Session } from "../database/session.ts";
import { asText, type Key, keysRelation, onKey, transposed } from "./sql.ts";
import type { Table } from "./table.ts";

/** Rows as text, a value for each column of their table. Every type survives being read and written so. */
export type Rows = (string | null)[][];

export const readRows = (
  session: Session,
  tenant: string,
  table: Table,
  keys: readonly Key[],
): Promise<Rows> =>
  session.texts(
    `select ${asText(table.columns)} from ${table.name} t join ${keysRelation(table, 2)} on ${onKey(table)}
      where t.tenant_id = $1`,
    [tenant, ...transposed(keys, table.key.length)],
  );

// In one statement, so that a replaced row is present when the foreign keys to it are checked. The count
// makes the deletions happen first.
export async function replaceRows(
  session: Session,
  tenant: string,
  table: Table,
  keys: readonly Key[],
  rows: Rows,
): Promise<void> {
  const width = table.key.length;
  const arrays = table.columns.map((_, index) => `$${index + width + 2}::text[]`).join(", ");
  const raw = table.columns.map((_, index) => `c${index}`).join(", ");
  const typed = table.columns.map(({ type }, index) => `c${index}::${type}`).join(", ");
  const names = table.columns.map(({ name }) => name).join(", ");
  await session.query(
    `with gone as (
       delete from ${table.name} t using ${keysRelation(table, 2)}
        where t.tenant_id = $1 and ${onKey(table)} returning 1)
     insert into ${table.name} (${names})
     select ${typed} from unnest(${arrays}) as raw (${raw}) where (select count(*) from gone) >= 0`,
    [tenant, ...transposed(keys, width), ...transposed(rows, table.columns.length)],
  );
}

export async function deleteRows(
  session: Session,
  tenant: string,
  table: Table,
  keys: readonly Key[],
): Promise<void> {
  await session.query(
    `delete from ${table.name} t using ${keysRelation(table, 2)} where t.tenant_id = $1 and ${onKey(table)}`,
    [tenant, ...transposed(keys, table.key.length)],
  );
}
