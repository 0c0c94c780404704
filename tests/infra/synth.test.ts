import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { requireWritable } from "../../infra/build/writable.ts";
import { ROOT, scratch } from "./support.ts";

it("an unknown stage is an error without a stack trace, before anything is built", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["infra/build/synth.ts", "staging"],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    'There is no stage "staging": the stages are dev, prod. Choose one: `npm run synth -- NAME`, ' +
      "or `-c stage=NAME` for the CDK's own commands.\n",
  );
});

it("a checkout that is not writable is an error that says what to do", () => {
  const root = mkdtempSync(join(scratch, "checkout-"));
  mkdirSync(join(root, "packages"));
  writeFileSync(join(root, "packages/console"), "no folder"); // root may write anywhere else
  expect(() => requireWritable(root)).toThrow(
    /writes into .*packages\/console, and can't \(ENOTDIR\)\. Make the checkout writable/,
  );
});
