import { randomBytes, randomUUID } from "node:crypto";
import { type Connections, enqueue, mutate } from "@bulkhead/db";
import { callerOf, createProject } from "../../support/caller.ts";
import { type Person, sha256, type TestDatabase } from "../../support/database.ts";
import { WORD } from "./vocabulary/own.ts";

/** More than an index scan that drops hits at random would find by chance. */
const PROJECTS = 24;

/** Runs as the superuser, without triggers: nothing is recorded, and no context is asked for. */
export const unrecorded = ({ sql }: Pick<TestDatabase, "sql">, statements: string) =>
  sql(
    `set session_replication_role = replica; ${statements}; set session_replication_role = origin`,
  );

const projects = (tenant: string, count = PROJECTS) =>
  `insert into app.projects (tenant_id, name, description, created_by)
     select '${tenant}', 'project ' || n, '${WORD}', 'x' from generate_series(1, ${count}) n`;

// Out of the list of what is to be indexed: only what is in the index itself is dropped by a scan.
const INDEXED = "select gin_clean_pending_list('app.projects_words')";

/** Things of the victim's that are nowhere else, and what must never be heard of them. */
export async function furnish(database: TestDatabase, api: Connections, victim: Person) {
  const canary = `canary-${randomBytes(9).toString("hex")}`;
  const jobId = randomUUID();
  const { body } = await mutate(callerOf(api, victim), {
    key: "secret",
    hash: sha256("secret"),
    change: createProject({ name: canary }),
    jobs: [enqueue(jobId, "project.export", { note: `${canary}-job` }, null, null)],
  });
  await unrecorded(
    database,
    `insert into app.api_keys (tenant_id, name, prefix, token_hash, scopes, created_by)
       values ('${victim.tenantId}', '${canary}-key', 'bh_', sha256('key'), '{project:read}', 'ada');
     ${projects(victim.tenantId)}`,
  );
  await database.sql(INDEXED);
  const [row] = (await database.sql("select key from app.signing_keys")) as { key: Buffer }[];
  const key = row?.key ?? Buffer.alloc(0);
  const proof = victim.credential.kind === "job" ? "" : victim.credential.proof.toString("hex");
  const secrets = new Map([
    ["a row of the victim's", canary],
    ["the victim's credential", proof],
    ["the signing key", key.toString("hex")],
    // As a plan's tree is printed: signed bytes.
    ["the signing key, in a plan", [...key].map((byte) => (byte << 24) >> 24).join(" ")],
  ]);
  return { secretId: String(JSON.parse(body).id), jobId, secrets };
}

/** What the attacker has in their own tenant and may see with one permission alone, by that permission. */
export const OWN = {
  "api_key:manage": `own-${randomBytes(9).toString("hex")}-key`,
  "audit:read": `own-${randomBytes(9).toString("hex")}-event`,
} as const;

/** Makes the attacker's tenant as it was before the first script. */
export async function restore(database: TestDatabase, tenant: string): Promise<void> {
  const tables = ["app.jobs", "app.idempotency_keys", "app.api_keys", "audit.events"];
  await unrecorded(
    database,
    `${tables.map((table) => `delete from ${table} where tenant_id = '${tenant}'`).join("; ")};
     delete from app.projects where tenant_id = '${tenant}' and description <> '${WORD}';
     insert into app.api_keys (tenant_id, name, prefix, token_hash, scopes, created_by)
       values ('${tenant}', '${OWN["api_key:manage"]}', 'bh_', sha256('own key'), '{api_key:manage}', 'mallory');
     insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id)
       values ('${tenant}', 'x', '${OWN["audit:read"]}', 'insert', 'x', gen_random_uuid(), 'x')`,
  );
  const [row] = await database.sql(
    "select count(*)::int as count from app.projects where tenant_id = $1",
    [tenant],
  );
  const missing = PROJECTS - Number(row?.count);
  if (missing <= 0) return;
  await unrecorded(database, projects(tenant, missing));
  await database.sql(INDEXED);
}
