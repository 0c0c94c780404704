import { cpSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { openHome } from "../../packages/local/src/home/home.ts";
import { synthesize } from "../../packages/local/src/synth/synth.ts";

const MEMORY = "synth.json";

/**
 * A new home whose app is synthesized already. A synth takes most of a first start and is the same for
 * every copy of one run, so that only the test of a first start pays for one of its own.
 */
export async function synthesizedHome(prefix: string): Promise<string> {
  const made = path.join(inject("scratch"), "synthesized");
  if (isMine(made)) {
    const { signal } = new AbortController();
    await synthesize({ root: process.cwd(), home: openHome(made), say: () => {}, signal });
  }
  while (!existsSync(path.join(made, MEMORY))) await sleep(100);

  const home = mkdtempSync(path.join(tmpdir(), prefix));
  for (const name of ["cdk.out", MEMORY]) {
    cpSync(path.join(made, name), path.join(home, name), { recursive: true });
  }
  return home;
}

/** Whether this process is the first to ask for the folder. The others wait for what it makes. */
function isMine(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
