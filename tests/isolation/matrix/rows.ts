import type { TestDatabase } from "../../support/database.ts";
import type { Layout } from "./test-api.ts";

/** Compares what lies in every database with what lay there before. */
export type Watch = {
  /** The tables in which another tenant's row has changed since this was last asked. */
  changed(): Promise<string[]>;
};

// Every table that PostgreSQL's catalog knows of, so that a new one is watched from its first day.
const TABLES = `select c.oid::regclass::text as name,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as owned
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
 order by 1`;

type Table = { name: string; owned: boolean };
type Sums = Map<string, string>;

/**
 * @param acting the tenants in whose name the attacks are made: their rows are their own affair
 * @param except tables that are no tenant's and change with every request
 */
export async function watch(
  { all }: Pick<Layout, "all">,
  acting: readonly string[],
  except: readonly string[] = [],
): Promise<Watch> {
  const watched = await Promise.all(all.map(({ sql }) => sumsOf(sql, acting, except)));
  const now = () => Promise.all(watched.map((sums) => sums()));
  let before = await now();
  return {
    async changed() {
      const after = await now();
      const tables = after.flatMap((sums, index) =>
        [...sums].filter(([table, sum]) => before[index]?.get(table) !== sum),
      );
      before = after;
      return tables.map(([table]) => table);
    },
  };
}

let prepared = 0;

/** How many rows there are in each table and a checksum over them, whatever their order, in one statement. */
async function sumsOf(
  sql: TestDatabase["sql"],
  acting: readonly string[],
  except: readonly string[],
): Promise<() => Promise<Sums>> {
  const all = (await sql(TABLES)) as Table[];
  const tables = all.filter(({ name }) => !except.includes(name));
  // It is asked after every attack: parsed and planned once.
  const name = `sums_${++prepared}`;
  await sql(`prepare ${name} (uuid[]) as ${tables.map(sumOf).join("\nunion all ")}`);
  return async () => {
    const rows = (await sql(`execute ${name} ('{${acting}}')`)) as { name: string; sum: string }[];
    return new Map(rows.map(({ name, sum }) => [name, sum]));
  };
}

const sumOf = ({ name, owned }: Table) => `
  select '${name}' as name, count(*) || ' ' || coalesce(bit_xor(hashtextextended(t::text, 0)), 0) as sum
    from ${name} t where ${owned ? "tenant_id <> all ($1::uuid[])" : "$1::uuid[] is not null"}`;
