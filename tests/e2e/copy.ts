import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../packages/local/src/shared/free-port.ts";

/** A running copy of the whole product, as `npm run dev` starts it, in a process group of its own. */
export type Copy = {
  api: string;
  /** What it has printed so far. */
  output(): string;
  /** Signals the process that was started, as a terminal's Ctrl-C or a supervisor does, and waits for its end. */
  stop(signal: "SIGINT" | "SIGTERM"): Promise<number | null>;
  /** kill -9 of everything it started. */
  killGroup(): Promise<void>;
  /** Ids of the processes of its group that are still there. */
  processes(): Promise<number[]>;
};

/** @throws Error with the copy's output when it does not say `ready` in time. */
export async function startCopy(home: string, port?: number, withinMs = 240_000): Promise<Copy> {
  const chosen = port ?? (await freePort());
  const child = spawn(process.execPath, ["packages/local/src/main.mjs"], {
    env: { ...process.env, BULKHEAD_HOME: home, PORT: String(chosen), NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let printed = "";
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    printed += chunk;
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const group = child.pid as number;

  const api = await readyLine(child, () => printed, withinMs);
  return {
    api,
    output: () => printed,
    stop(signal) {
      child.kill(signal);
      return exited;
    },
    async killGroup() {
      process.kill(-group, "SIGKILL");
      await exited;
      // PostgreSQL's children notice the death of their parent by themselves.
      while ((await processesOf(group)).length > 0) await sleep(20);
    },
    processes: () => processesOf(group),
  };
}

async function readyLine(child: ChildProcess, printed: () => string, withinMs: number) {
  for (const start = Date.now(); Date.now() - start < withinMs; await sleep(25)) {
    const ready = printed().match(/^ready (http:\S+)$/m);
    if (ready?.[1]) return ready[1];
    if (child.exitCode !== null) break;
  }
  child.kill("SIGTERM");
  throw new Error(`The product did not start:\n${printed()}`);
}

async function processesOf(group: number): Promise<number[]> {
  const ps = spawn("ps", ["-eo", "pid=,pgid=,stat="], { stdio: ["ignore", "pipe", "ignore"] });
  let table = "";
  ps.stdout.on("data", (chunk) => {
    table += chunk;
  });
  await once(ps, "close");
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, stat]) => Number(pgid) === group && !stat?.startsWith("Z"))
    .map(([pid]) => Number(pid));
}
