import { execFileSync } from "node:child_process";

export type Ids = { uid: number; gid: number };

const USER = "postgres";

/**
 * PostgreSQL refuses to run as root, so root lends it a user without rights; anyone else runs it as
 * themselves (undefined).
 */
export function unprivilegedUser(): Ids | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return idsOf(USER) ?? create();
}

function create(): Ids {
  execFileSync("useradd", ["--system", "--user-group", "--no-create-home", USER]);
  const ids = idsOf(USER);
  if (!ids) throw new Error(`The user ${USER} could not be made: make it, or don't run as root.`);
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
