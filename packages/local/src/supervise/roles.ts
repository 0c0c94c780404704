import { Client } from "pg";
import type { CredentialStore } from "../home/credentials.ts";
import { MASTER_ROLE, type PostgresServer } from "../postgres/index.ts";

/**
 * Sets a password for every role that logs in with an IAM token on RDS (a member of `rds_iam`), because a
 * local server cannot check tokens. Returns the roles' names.
 */
export async function setIamRolePasswords(
  postgres: PostgresServer,
  credentials: CredentialStore,
): Promise<string[]> {
  const client = new Client({ connectionString: postgres.superuserUrl() });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>(
      `select rolname from pg_roles
       where rolcanlogin and not rolsuper and rolname <> $1
         and exists (select from pg_roles where rolname = 'rds_iam')
         and pg_has_role(oid, 'rds_iam', 'member')
       order by rolname`,
      [MASTER_ROLE],
    );
    const roles = rows.map(({ rolname }) => rolname);
    for (const role of roles) {
      const password = client.escapeLiteral(credentials.passwordOf(role));
      await client.query(`alter role ${client.escapeIdentifier(role)} password ${password}`);
    }
    return roles;
  } finally {
    await client.end();
  }
}
