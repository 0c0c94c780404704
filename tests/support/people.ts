import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Credential } from "@bulkhead/db";

/** A person with a session, standing in their personal tenant. */
export type Person = {
  userId: string;
  tenantId: string;
  /** What the cookie would hold. */
  token: string;
  credential: Credential;
};

type Sql = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** People of a database, by a connection that may write schema auth. */
export function peopleIn(sql: Sql) {
  const newSession = async (
    { userId }: Pick<Person, "userId">,
    tenantId: string,
  ): Promise<Person> => {
    const token = randomBytes(24).toString("base64url");
    const proof = sha256(token);
    await sql(
      "insert into auth.sessions (user_id, token, active_tenant_id, expires_at) values ($1, $2, $3, now() + interval '1 hour')",
      [userId, sha256(proof).toString("hex"), tenantId],
    );
    return { userId, tenantId, token, credential: { kind: "session", proof } };
  };
  return {
    /** Another session of the same user, in the given tenant. */
    newSession,
    async newPerson(name = "ada"): Promise<Person> {
      const [user] = await sql(
        "insert into auth.users (name, email, email_verified) values ($1, $2, true) returning id",
        [name, `${name}-${randomUUID()}@example.test`],
      );
      const userId = String(user?.id);
      const [member] = await sql("select tenant_id from auth.members where user_id = $1", [userId]);
      return newSession({ userId }, String(member?.tenant_id));
    },
  };
}

export function sha256(data: string | Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}
