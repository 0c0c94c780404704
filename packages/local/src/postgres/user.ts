import { execFileSync } from "node:child_process";

export type Ids = { uid: number; gid: number };

const USER = "postgres";

/**
 * The user that PostgreSQL runs as, because it refuses to run as root. Undefined for any other user, who
 * runs it directly.
 */
export function unprivilegedUser(): Ids | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return idsOf(USER) ?? create();
}

function create(): Ids {
  execFileSync("useradd", ["--system", "--user-group", "--no-create-home", USER]);
  const ids = idsOf(USER);
  if (!ids)
    throw new Error(`The user ${USER} could not be created: create it, or do not run as root.`);
  return ids;
}

function idsOf(user: string): Ids | undefined {
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, user], { stdio: "pipe" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}
