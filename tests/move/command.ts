import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** The operator's command in a process of its own, as in a terminal. */
export type Command = {
  child: ChildProcess;
  /** Its exit code (null when it was killed), and its output. */
  ended: Promise<{ code: number | null; said: string }>;
};

/** The variables that name two databases. */
export const databasesAt = (urls: { home: string; annex: string }) => ({
  DATABASE_URL: `${urls.home}?sslmode=disable`,
  DEDICATED_DATABASES: JSON.stringify({ annex: `${urls.annex}?sslmode=disable` }),
});

export function tenantCommand(environment: Record<string, string>, ...args: string[]): Command {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ["packages/operator/src/main.ts", ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      said += chunk;
    });
  }
  return { child, ended: once(child, "close").then(([code]) => ({ code, said })) };
}
