import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const LOAD =
  "for (const file of process.argv.slice(1)) console.log(typeof (await import(file)).bench)";

describe("a bench", () => {
  it("is loaded by its command, which has nothing of a run of the tests", async () => {
    const files = globSync("tests/bench/*.bench.ts").map((file) => path.resolve(file));
    const { VITEST: _, ...env } = process.env;
    const run = promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", LOAD, ...files],
      { env },
    );
    expect((await run).stdout.trim().split("\n")).toEqual(files.map(() => "function"));
  });
});
