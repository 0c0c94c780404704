import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { startCopy } from "./copy.ts";

/** Whose it was, and where it listened: two copies must not ask for one port. */
const OWN = /^(endpoints\.json|lambda\.pids|lock|pid|postgres.*\.json)$/;

/**
 * A new home in which the product has been started for the first time and stopped again. A first start
 * synthesizes, makes the databases and migrates them, and is the same for every copy of one run: the
 * first caller starts it, for all.
 *
 * @throws Error with the product's output when the first start failed.
 */
export async function preparedHome(prefix: string): Promise<string> {
  const made = path.join(inject("scratch"), "prepared");
  const outcome = `${made}.outcome`;
  if (isMine(`${made}.claim`)) writeFileSync(outcome, await firstStart(made));
  while (!existsSync(outcome)) await sleep(100);
  const failure = readFileSync(outcome, "utf8");
  if (failure) throw new Error(failure);

  const home = mkdtempSync(path.join(inject("scratch"), prefix));
  execFileSync("cp", ["-a", `${made}/.`, home]); // with its owners, who are two where root runs this
  for (const name of readdirSync(home)) if (OWN.test(name)) rmSync(path.join(home, name));
  return home;
}

/** Answers why it failed, or nothing. */
async function firstStart(home: string): Promise<string> {
  try {
    const copy = await startCopy(home);
    const code = await copy.stop("SIGTERM");
    return code === 0 ? "" : `The product ended with ${code}:\n${copy.output()}`;
  } catch (error) {
    return String(error);
  }
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
