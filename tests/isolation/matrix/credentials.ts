import { sha256 } from "../../support/database.ts";
import type { Operation } from "./operations.ts";
import { type Headers, keyOf, newKey, newParty, type Party, sessionOf, write } from "./party.ts";
import type { TestApi } from "./test-api.ts";

/** A credential that must not reach the victim's things. */
export type Credential = {
  name: string;
  headers: Headers;
  /** The tenant that it opens. @default - none: it opens nothing */
  tenantId?: string;
};

type Scene = {
  api: TestApi;
  operations: readonly Operation[];
  victim: Party;
  attacker: Party;
};

/** Every kind of credential that is not the victim's own, or no longer, and how one comes by it. */
const CREDENTIALS: Record<string, (scene: Scene) => Promise<Omit<Credential, "name">>> = {
  "other tenant's session": async ({ attacker: { session, person } }) => ({
    headers: session,
    tenantId: person.tenantId,
  }),
  "other tenant's API key": async ({ attacker: { key, person } }) => ({
    headers: key,
    tenantId: person.tenantId,
  }),
  none: async () => ({ headers: {} }),
  "job's token": async ({ victim: { made, person } }) => {
    const token = { tenant: person.tenantId, job: made.at(-1)?.id, epoch: 1 };
    return { headers: keyOf(Buffer.from(JSON.stringify(token)).toString("base64url")) };
  },
  "expired session": (scene) =>
    endedSession(scene, "update auth.sessions set expires_at = now() where token = $1"),
  "revoked session": (scene) => endedSession(scene, "delete from auth.sessions where token = $1"),
  "expired API key": (scene) =>
    endedKey(scene, "created_at = now() - interval '2 h', expires_at = now() - interval '1 h'"),
  "revoked API key": (scene) => endedKey(scene, "revoked_at = now()"),
  "suspended tenant's session": async (scene) => ({ headers: (await suspended(scene)).session }),
  "suspended tenant's API key": async (scene) => ({ headers: (await suspended(scene)).key }),
  "removed member's session": removedMember,
};

export async function credentialsOf(scene: Scene, only: RegExp): Promise<Credential[]> {
  const credentials: Credential[] = [];
  for (const [name, come] of Object.entries(CREDENTIALS)) {
    if (only.test(name)) credentials.push({ name, ...(await come(scene)) });
  }
  return credentials;
}

async function endedSession({ api, victim: { person } }: Scene, ending: string) {
  const { home } = api.layout;
  const session = await home.newSession(person, person.tenantId);
  await home.sql(ending, [stored(session.token).toString("hex")]);
  return { headers: sessionOf(session) };
}

/** Time can't be made to pass, so its row is changed: in every database, because one of them has it. */
async function endedKey({ api, operations, victim }: Scene, ending: string) {
  const secret = await newKey(api, operations, victim.session);
  for (const { sql } of api.layout.all) {
    await sql("set session_replication_role = replica");
    await sql(`update app.api_keys set ${ending} where token_hash = $1`, [stored(secret)]);
    await sql("set session_replication_role = origin");
  }
  return { headers: keyOf(secret) };
}

async function suspended({ api, operations }: Scene): Promise<Party> {
  const party = await newParty(api, operations, "suspended");
  await api.layout.home.sql("update auth.tenants set status = 'suspended' where id = $1", [
    party.person.tenantId,
  ]);
  return party;
}

/** A former member of the victim's tenant, with the session of that time. */
async function removedMember({ api, operations, victim }: Scene) {
  const { home } = api.layout;
  const person = await home.newPerson("removed");
  const member = [victim.person.tenantId, person.userId];
  await home.sql(
    "insert into auth.members (tenant_id, user_id, role) values ($1, $2, 'member')",
    member,
  );
  const within = await home.newSession(person, victim.person.tenantId);
  const session = sessionOf(within);
  for (const operation of operations.filter(({ route }) => route.method === "post")) {
    await write(api, operation, { ...victim, session }, victim.made.toReversed());
  }
  await home.sql("delete from auth.members where tenant_id = $1 and user_id = $2", member);
  return { headers: session, tenantId: person.tenantId };
}

/** What the database keeps of a credential. */
const stored = (token: string): Buffer => sha256(sha256(token));
