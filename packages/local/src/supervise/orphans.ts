import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import type { Home } from "../home/home.ts";
import { BOOTSTRAP } from "../lambda/process.ts";

/** Remembers the functions' processes of a home, for the start after a kill. */
export type Orphans = {
  remember(pid: number): void;
  /** Ends the processes of an earlier run that still live. Answers how many did. */
  end(): number;
};

/**
 * A function's process ends by itself when its Runtime API is gone, unless its handler never lets go
 * of the processor. So each one is written down, and looked for at the next start.
 */
export function openOrphans(home: Home): Orphans {
  const file = home.at("lambda.pids");

  return {
    remember: (pid) => appendFileSync(file, `${pid}\n`),
    end() {
      const orphans = remembered(file).filter((pid) => isOurs(pid, home));
      for (const pid of orphans) process.kill(pid, "SIGKILL");
      rmSync(file, { force: true });
      return orphans.length;
    },
  };
}

function remembered(file: string): number[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map(Number)
      .filter((pid) => pid > 1);
  } catch {
    return [];
  }
}

/** The number may belong to anybody by now: the command line tells. */
function isOurs(pid: number, home: Home): boolean {
  try {
    process.kill(pid, 0);
    const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes(BOOTSTRAP) && command.includes(home.folder);
  } catch {
    return false; // it has ended
  }
}
