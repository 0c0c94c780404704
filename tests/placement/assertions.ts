import type { Connections } from "@bulkhead/db";
import { anySql } from "../support/caller.ts";
import type { Person } from "../support/database.ts";
import { freshPair, type Pair } from "../support/dedicated.ts";

export type Failure = { code?: string; message: string };

/** Any SQL of a role, in a transaction of its own: the first value, or the error. */
export async function ask(on: Connections, text: string, ...values: unknown[]) {
  const { rows, failure } = await on.run([anySql(text, ...values)]);
  return { value: rows[0]?.[0]?.[0], failure: failure as Failure | undefined };
}

/** The assertion that home gives for this session, by default for a read. */
export async function assertionFor(
  pair: Pair,
  person: Person,
  permission = "project:read",
): Promise<string> {
  const { proof } = person.credential as { proof: Buffer };
  const { value, failure } = await ask(
    pair.databases("api").home,
    "select app.open_session($1, $2, 'project.list', 'r1')",
    proof,
    permission,
  );
  if (failure) throw failure;
  return String(value);
}

/** Opens an assertion in the dedicated database and counts the projects that it shows. */
export async function opened(pair: Pair, assertion: string, database = pair.dedicated) {
  const { rows, failure } = await database
    .as("api")
    .run([
      anySql("select app.open_assertion($1)", assertion),
      anySql("select count(*)::int from app.projects"),
    ]);
  const refusal = failure as Failure | undefined;
  return refusal ? `${refusal.code} ${refusal.message}` : `sees ${rows[1]?.[0]?.[0]}`;
}

export const REFUSED = "BH503 tenant.unreachable";

/** A pair with one tenant in the dedicated database, which has one project, and its session. */
export async function scene() {
  const pair = await freshPair();
  const ada = await pair.newResident("ada");
  await pair.dedicated.sql(
    `set session_replication_role = replica;
     insert into app.projects (tenant_id, name, created_by) values ('${ada.tenantId}', 'secret', 'x');
     set session_replication_role = origin`,
  );
  return { pair, ada };
}

/** An assertion with other parts, signed again with the key that both databases hold. */
export async function resigned({ home }: Pair, assertion: string, edit: (parts: string[]) => void) {
  const parts = assertion.split("|").slice(0, -1);
  edit(parts);
  const claim = parts.join("|");
  const [row] = await home.sql("select app.vouch(key, $1) as signature from app.assertion_keys", [
    claim,
  ]);
  return `${claim}|${row?.signature}`;
}
