import type { TestDatabase } from "../../support/database.ts";

/** What lies in one tenant's audited tables, by table and id, and the trail's events of each id. */
export type Ledger = { rows: Map<string, Row>; events: Map<string, Events> };
type Row = { table: string; id: string; row: string; fixed: string };
type Events = { count: number; deletes: number };

// Where a job stands in its queue and when a key was last used: no change that an auditor is told of.
const BOOKKEEPING =
  "'{slot,epoch,attempt,sent_at,lease_until,run_at,priority,last_used_at}'::text[]";

// Each table that writes the trail, with the columns that the API's role may change there.
const AUDITED = `select t.tgrelid::regclass::text as name,
    (select array_agg(a.attname::text) from pg_attribute a
      where a.attrelid = t.tgrelid and a.attnum > 0 and not a.attisdropped
        and has_column_privilege('bulkhead_api', t.tgrelid, a.attnum, 'update')) as changeable
  from pg_trigger t where t.tgfoid = 'audit.record()'::regprocedure group by t.tgrelid`;

type Audited = { name: string; changeable: string[] | null };

/** Reads the ledger of a tenant, with the rights that the roles have now: a guard is taken out later. */
export async function ledgerOf({ sql }: Pick<TestDatabase, "sql">, tenant: string) {
  const audited = (await sql(AUDITED)) as Audited[];
  const rows = audited.map(({ name, changeable }) => {
    const all = `(to_jsonb(t) - ${BOOKKEEPING})`;
    // A table whose rows only functions change has no column that must stay.
    const fixed = changeable ? `(${all} - '{${changeable}}'::text[])::text` : "''";
    return `select '${name}' as name, id::text, ${all}::text as "row", ${fixed} as fixed, 0 as deletes from ${name} t where tenant_id = '${tenant}'`;
  });
  const query = `${rows.join("\nunion all ")} union all
    select 'trail', target_id::text, count(*)::text, '', (count(*) filter (where operation = 'delete'))::int
      from audit.events where tenant_id = '${tenant}' group by target_id`;

  return async (): Promise<Ledger> => {
    const ledger: Ledger = { rows: new Map(), events: new Map() };
    for (const each of (await sql(query)) as Record<string, string>[]) {
      const { name: table = "", id = "", row = "", fixed = "", deletes } = each;
      if (table === "trail")
        ledger.events.set(id, { count: Number(row), deletes: Number(deletes) });
      else ledger.rows.set(`${table} ${id}`, { table, id, row, fixed });
    }
    return ledger;
  };
}

export function changesIn(before: Ledger, after: Ledger): string[] {
  const keys = new Set([...before.rows.keys(), ...after.rows.keys()]);
  return [...keys].filter((key) => before.rows.get(key)?.row !== after.rows.get(key)?.row);
}

/** What the trail does not tell of what has changed, or what no role may change. */
export function faultIn(before: Ledger, after: Ledger): string | undefined {
  for (const key of changesIn(before, after)) {
    const [old, young] = [before.rows.get(key), after.rows.get(key)];
    const id = old?.id ?? young?.id ?? "";
    const [then, now] = [before.events.get(id), after.events.get(id)];
    if ((now?.count ?? 0) <= (then?.count ?? 0)) return `unrecorded: a change of ${key}`;
    const replaced = (now?.deletes ?? 0) > (then?.deletes ?? 0);
    if (old && young && !replaced && old.fixed !== young.fixed) {
      return `changed: what no role may change of ${key}: ${old.fixed} to ${young.fixed}`;
    }
  }
  return undefined;
}
