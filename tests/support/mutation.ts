import type { TestDatabase } from "./database.ts";

/**
 * Rewrites a function of the cloned database: how a test takes a guard out to see that it guarded.
 *
 * @throws Error when `edit` changes nothing, because such a test would prove nothing.
 */
export async function redefine(
  { sql }: Pick<TestDatabase, "sql">,
  name: string,
  edit: (definition: string) => string,
): Promise<void> {
  const [row] = await sql("select pg_get_functiondef($1::regproc) as definition", [name]);
  const definition = String(row?.definition);
  const edited = edit(definition);
  if (edited === definition) throw new Error(`The mutation of ${name} changed nothing.`);
  await sql(edited);
}
