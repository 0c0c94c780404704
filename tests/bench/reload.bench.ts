import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCopy } from "../e2e/copy.ts";
import { atMost, type Bench } from "./figure.ts";

const ROUNDS = 10;

/** Longer than this, and one looks away. */
const GOAL_SECONDS = 2;

/** What a save changes, so that the answer tells which save it is of. */
const EDITED = "functions/api/app.ts";
const MARKER = "  await next();\n";

/** The time from saving a file to the first answer that shows it, over a running copy of the product. */
export const bench: Bench = async function* () {
  const home = path.join(tmpdir(), `bulkhead-bench-reload-${process.pid}`);
  const copy = await startCopy(home, undefined, 600_000);
  const original = readFileSync(EDITED, "utf8");
  const restore = () => writeFileSync(EDITED, original);
  process.once("exit", restore);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  try {
    const shown = async () => (await fetch(`${copy.api}/v1/none`)).headers.get("x-saved");
    await shown();
    const seconds: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const saved = performance.now();
      writeFileSync(EDITED, withHeader(original, round));
      while ((await shown()) !== String(round)) await sleep(10);
      seconds.push((performance.now() - saved) / 1000);
    }
    yield atMost("s from saving a function's file to its answer", GOAL_SECONDS, median(seconds));
  } finally {
    restore();
    await copy.stop("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  }
};

function withHeader(source: string, round: number): string {
  if (!source.includes(MARKER)) throw new Error(`${EDITED} has no line to put a header after.`);
  return source.replace(MARKER, `${MARKER}  c.header("x-saved", "${round}");\n`);
}

function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
