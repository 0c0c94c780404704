import { Fault } from "../fault.ts";
import type { Session } from "../place/session.ts";

export type Column = { name: string; type: string };

/** A table that tenants own rows of, as the catalog describes it. */
export type Table = {
  /** `app.projects`, quoted where it must be. */
  name: string;
  /** Home goes on writing it for a tenant that lives elsewhere: what happens to its members and keys. */
  shared: boolean;
  /** The target is home and the table is shared: it holds rows of its own, which stay. */
  merges: boolean;
  /** Without what PostgreSQL generates. */
  columns: Column[];
  /** The primary key after tenant_id. */
  key: Column[];
  /** Which tables' rows its rows refer to. */
  refersTo: string[];
};

type Row = {
  name: string;
  shared: boolean;
  row_columns: string[];
  column_types: string[];
  row_key: string[];
  refers_to: string[];
  refusal: string | null;
};

/**
 * Every table that a tenant consists of, as it is copied to the target: those that are referred to
 * before those that refer.
 *
 * @throws Fault naming each table that can't be moved, and why
 */
export async function readTables(session: Session, target: Session): Promise<Table[]> {
  const rows = await session.query<Row>("select * from app.tenant_tables()");
  const refused = rows.filter(({ refusal }) => refusal);
  if (refused.length > 0) {
    const reasons = refused.map(({ name, refusal }) => `${name} ${refusal}`).join(". ");
    throw new Fault(`A tenant can't be copied: ${reasons}.`);
  }
  return parentsFirst(rows.map((row) => tableOf(row, target.place === "home")));
}

function tableOf(row: Row, toHome: boolean): Table {
  const columns = row.row_columns.map((name, index) => ({
    name: quoted(name),
    type: row.column_types[index] ?? "text",
  }));
  const typeOf = (name: string) => columns.find((column) => column.name === name)?.type ?? "text";
  const key = row.row_key.map((name) => ({ name: quoted(name), type: typeOf(quoted(name)) }));
  const { name, shared, refers_to: refersTo } = row;
  return { name, shared, merges: shared && toHome, columns, key, refersTo };
}

/** Whether rows of another table refer to its rows: those must stay while they are replaced. */
export const isReferredTo = ({ name }: Table, tables: readonly Table[]): boolean =>
  tables.some(({ refersTo }) => refersTo.includes(name));

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function parentsFirst(tables: Table[]): Table[] {
  const sorted: Table[] = [];
  let left = tables;
  while (left.length > 0) {
    const free = left.filter(({ refersTo }) =>
      refersTo.every((name) => !left.some((other) => other.name === name)),
    );
    if (free.length === 0) {
      const names = left.map(({ name }) => name).join(", ");
      throw new Fault(`A tenant can't be copied: ${names} refer to each other in a circle.`);
    }
    sorted.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return sorted;
}
