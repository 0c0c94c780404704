import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { STAGE_NAMES } from "../../infra/stages.ts";
import { build } from "./support.ts";

const installed = spawnSync("cfn-lint", ["--version"]).status === 0;
if (!installed) {
  console.warn(
    "SKIPPED: cfn-lint is not installed (pip install cfn-lint), so no template is linted.",
  );
}

vi.setConfig({ testTimeout: 120_000 }); // it reads every resource specification first

it.skipIf(!installed)("CloudFormation accepts every template, as far as cfn-lint knows", () => {
  const templates = STAGE_NAMES.flatMap((name) => {
    const folder = build(name).app.synth().directory;
    const files = readdirSync(folder).filter((file) => file.endsWith(".template.json"));
    return files.map((file) => join(folder, file));
  });
  expect(templates).toHaveLength(20);

  const lint = spawnSync("cfn-lint", ["--non-zero-exit-code", "error", "--", ...templates]);
  expect(lint.status, String(lint.stdout) + String(lint.stderr)).toBe(0);
});
