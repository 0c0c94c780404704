import type { Session } from "../database/session.ts";
import type { Rows } from "../rows/rows.ts";
import { quoted, type Table } from "../rows/table.ts";
import { objectPrefix } from "./bucket.ts";

/** Gives rows and object keys of one tenant to another. */
export type Rewrite = { rows(table: Table, rows: Rows): Rows; key(key: string): string };

// Foreign keys to the tenant itself, or to the column of another table that holds its id.
const REFERENCES = `
  select format('%I.%I', n.nspname, c.relname), a.attname
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class p on p.oid = f.confrelid
    join pg_namespace pn on pn.oid = p.relnamespace
    cross join unnest(f.conkey, f.confkey) as k (child, parent)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.child
    join pg_attribute b on b.attrelid = p.oid and b.attnum = k.parent
   where f.contype = 'f' and (b.attname = 'tenant_id' or (pn.nspname, p.relname, b.attname) = ('auth', 'tenants', 'id'))`;

/** Columns that hold a tenant's id without a foreign key: an event of the trail may be about the tenant itself. */
const UNDECLARED: [string, string][] = [["audit.events", "target_id"]];

/**
 * Replaces a tenant's id in the columns that hold it: `tenant_id`, references, and the keys of JSON documents
 * that are known to. Text that quotes the id stays as it is.
 */
export async function tenantRewrite(session: Session, from: string, to: string): Promise<Rewrite> {
  const references = (await session.texts(REFERENCES)) as [string, string][];
  const columns = new Set(
    [...references, ...UNDECLARED].map(([table, column]) => `${table} ${quoted(column)}`),
  );
  const rewriteId = (value: string) => (value === from ? to : value);
  const rewriteJson = jsonRewrite(from, to);

  const rewriteFor = (table: Table, { name, type }: Table["columns"][number]) => {
    if (name === quoted("tenant_id") || columns.has(`${table.name} ${name}`)) return rewriteId;
    return type === "json" || type === "jsonb" ? rewriteJson : undefined;
  };
  return {
    rows(table, rows) {
      const rewrites = table.columns.map((column) => rewriteFor(table, column));
      return rows.map((row) => row.map((value, n) => value && (rewrites[n]?.(value) ?? value)));
    },
    key: (key) => objectPrefix(to) + key.slice(objectPrefix(from).length),
  };
}

/**
 * In a JSON text: rows as the trail keeps them have `tenant_id`, the tenant's own has `id`, and a job's result
 * has the `key` of an object. A quote inside a JSON string is escaped, so that a string that quotes such a
 * document does not match. The text is not parsed: numbers keep their digits, `json` its spaces.
 */
function jsonRewrite(from: string, to: string) {
  const id = new RegExp(`([{,]\\s*"(?:tenant_id|id)"\\s*:\\s*")${from}"`, "g");
  const key = new RegExp(`([{,]\\s*"key"\\s*:\\s*")${objectPrefix(from)}`, "g");
  return (text: string) => text.replace(id, `$1${to}"`).replace(key, `$1${objectPrefix(to)}`);
}
