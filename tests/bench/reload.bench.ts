import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCopy } from "../e2e/copy.ts";
import { atMost, type Bench } from "./figure.ts";

const ROUNDS = 10;

/** Longer than this, and one looks away. */
const GOAL_SECONDS = 2;

/** A file that is saved, and what its answer shows of it. The line after `marker` is the one that changes. */
type Edit = { file: string; marker: string; line(round: number): string; path: string };

const FUNCTION: Edit = {
  file: "functions/api/app.ts",
  marker: "  await next();\n",
  line: (round) => `  c.header("x-saved", "saved-${round}.");\n`,
  path: "/v1/none",
};

const PAGE: Edit = {
  file: "packages/console/src/pages/sign-in.astro",
  marker: '<Layout title="Sign in">\n',
  line: (round) => `<p hidden>saved-${round}.</p>\n`,
  path: "/sign-in",
};

/** The time from saving a file to the first answer that shows it, over a running copy of the product. */
export const bench: Bench = async function* () {
  const home = path.join(tmpdir(), `bulkhead-bench-reload-${process.pid}`);
  const copy = await startCopy(home, undefined, 600_000);
  try {
    const ofFunction = median(await secondsOf(FUNCTION, copy.api));
    yield atMost("s from saving a function's file to its answer", GOAL_SECONDS, ofFunction);
    const ofPage = median(await secondsOf(PAGE, copy.api));
    yield atMost("s from saving a page of the console to its answer", GOAL_SECONDS, ofPage);
  } finally {
    await copy.stop("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  }
};

async function secondsOf({ file, marker, line, path: route }: Edit, api: string) {
  const original = readFileSync(file, "utf8");
  if (!original.includes(marker)) throw new Error(`${file} has no place for a line.`);
  const restore = () => writeFileSync(file, original);
  const restoreAndEnd = () => process.exit(1);
  process.once("exit", restore).once("SIGINT", restoreAndEnd).once("SIGTERM", restoreAndEnd);

  const shows = async (round: number) => {
    const answer = await fetch(api + route);
    const text = `${answer.headers.get("x-saved")} ${await answer.text()}`;
    return text.includes(`saved-${round}.`);
  };
  await shows(0);
  const seconds: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const saved = performance.now();
    writeFileSync(file, original.replace(marker, marker + line(round)));
    while (!(await shows(round))) await sleep(10);
    seconds.push((performance.now() - saved) / 1000);
  }
  restore();
  process.off("exit", restore).off("SIGINT", restoreAndEnd).off("SIGTERM", restoreAndEnd);
  return seconds;
}

function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
