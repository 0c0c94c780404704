import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";

export type Column = { name: string; type: string };

/** A table that holds tenants' rows, as the catalog describes it. */
export type Table = {
  /** `app.projects`, quoted where it must be. */
  name: string;
  /** Home writes it for a tenant that lives elsewhere, too: changes of its members and API keys. */
  shared: boolean;
  /** The target is home and the table is shared: it holds rows of its own, which stay. */
  merges: boolean;
  /** Without generated columns. */
  columns: Column[];
  /** The primary key after tenant_id. */
  key: Column[];
  /** The tables that its foreign keys refer to. */
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
 * Every table of a tenant's, as it is copied to the target: parents before the tables that refer to them.
 *
 * @throws OperatorError naming each table that can't be copied, and why
 */
export async function readTables(session: Session, target: Session): Promise<Table[]> {
  const rows = await session.query<Row>("select * from app.tenant_tables()");
  const refused = rows.filter(({ refusal }) => refusal);
  if (refused.length > 0) {
    const reasons = refused.map(({ name, refusal }) => `${name} ${refusal}`).join(". ");
    throw new OperatorError(`A tenant can't be copied: ${reasons}.`);
  }
  return parentsFirst(rows.map((row) => tableOf(row, target.placement === "home")));
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

/** Whether another table refers to it: its rows must stay while they are replaced. */
export const isReferredTo = ({ name }: Table, tables: readonly Table[]): boolean =>
  tables.some(({ refersTo }) => refersTo.includes(name));

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function parentsFirst(tables: Table[]): Table[] {
  const sorted: Table[] = [];
  let left = tables;
  while (left.length > 0) {
    const free = left.filter(({ refersTo }) =>
      refersTo.every((name) => !left.some((other) => other.name === name)),
    );
    if (free.length === 0) {
      const names = left.map(({ name }) => name).join(", ");
      throw new OperatorError(
        `A tenant can't be copied: ${names} refer to each other in a circle.`,
      );
    }
    sorted.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return sorted;
}
