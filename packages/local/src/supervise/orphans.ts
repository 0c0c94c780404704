import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import type { Home } from "../home/home.ts";
import { BOOTSTRAP } from "../lambda/process.ts";

/** Records the functions' processes of a home, for the start after a kill. */
export type Orphans = {
  record(pid: number): void;
  /** Ends processes of an earlier run that still live, and returns their number. */
  end(): number;
};

/**
 * A function's process exits by itself when its Runtime API is gone, unless its handler blocks the event
 * loop. So every process is recorded, and ended at the next start.
 */
export function openOrphans(home: Home): Orphans {
  const file = home.at("lambda.pids");

  return {
    record: (pid) => appendFileSync(file, `${pid}\n`),
    end() {
      const orphans = recorded(file).filter((pid) => isOurs(pid, home));
      for (const pid of orphans) process.kill(pid, "SIGKILL");
      rmSync(file, { force: true });
      return orphans.length;
    },
  };
}

function recorded(file: string): number[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map(Number)
      .filter((pid) => pid > 1);
  } catch {
    return [];
  }
}

/** The id may belong to another process by now: the command line identifies ours. */
function isOurs(pid: number, home: Home): boolean {
  try {
    process.kill(pid, 0);
    const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes(BOOTSTRAP) && command.includes(home.folder);
  } catch {
    return false; // it has ended
  }
}
