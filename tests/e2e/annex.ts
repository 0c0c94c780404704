import { readFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";

type Row = Record<string, unknown>;
type Ask = (text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * Lets a person who has nothing yet live in the dedicated database of a running copy: what a move does
 * to an empty tenant. Answers the tenant's id.
 */
export async function settleInAnnex(home: string, email: string): Promise<string> {
  const { postgres, dedicated } = await endpointsOf(home);
  const [row] = await asOwner(postgres, (ask) =>
    ask(
      `update auth.tenants t set placement = 'annex'
         from auth.members m join auth.users u on u.id = m.user_id
        where m.tenant_id = t.id and u.email = $1
       returning t.id, to_jsonb(t) as tenant`,
      [email],
    ),
  );
  await asOwner(dedicated.annex.postgres, (ask) =>
    ask("insert into auth.tenants select * from jsonb_populate_record(null::auth.tenants, $1)", [
      JSON.stringify(row?.tenant),
    ]),
  );
  return String(row?.id);
}

/** How many jobs and projects of a tenant each of the two databases holds: at home, in the annex. */
export async function rowsOf(home: string, tenantId: string): Promise<[number, number]> {
  const { postgres, dedicated } = await endpointsOf(home);
  const count = async (url: string) => {
    const [row] = await asOwner(url, async (ask) =>
      ask(
        `select (select count(*) from app.jobs where tenant_id = $1)::int
              + (select count(*) from audit.events where tenant_id = $1 and target_type = 'projects')::int as rows`,
        [tenantId],
      ),
    );
    return Number(row?.rows);
  };
  return [await count(postgres), await count(dedicated.annex.postgres)];
}

async function endpointsOf(home: string) {
  return JSON.parse(await readFile(path.join(home, "endpoints.json"), "utf8")) as {
    postgres: string;
    dedicated: { annex: { postgres: string } };
  };
}

async function asOwner<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set role bulkhead_owner");
    return await work(async (text, values) => (await client.query(text, values)).rows);
  } finally {
    await client.end();
  }
}
