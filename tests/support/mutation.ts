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

/** Hands the key that verifies to a function that is a query of its own, in a variable: as anyone would write it. */
export async function verifyByVariable({ sql }: Pick<TestDatabase, "sql">): Promise<void> {
  await sql(`
    create or replace function app.signed(key bytea) returns boolean
      language plpgsql stable parallel restricted
    as $$
    declare
      signing_key bytea := key;
    begin
      return (select sha256(current_setting('app.sig', true)::bytea)
                   = sha256(app.mac(signing_key, current_setting('app.ctx', true))));
    end $$`);
}

/** Takes the permission out of the policy of projects: the wall that stands behind the context's other parts. */
export const forgetPermission = ({ sql }: Pick<TestDatabase, "sql">) =>
  sql(`alter policy tenant_isolation on app.projects
    using (tenant_id = (select id from app.current_tenant))
    with check (tenant_id = (select id from app.current_tenant))`);

/** Lets a context open in whatever transaction it is asked for: read only, serializable, deferrable. */
export const letTransaction = (definition: string): string =>
  definition.replaceAll(/current_setting\('transaction_\w+'\) = /g, "''<>");

/** Lets a context open in spite of statements that were prepared in SQL. */
export const letPrepared = (definition: string): string =>
  definition.replace(
    "from pg_prepared_statements where from_sql",
    "from pg_prepared_statements where false",
  );
