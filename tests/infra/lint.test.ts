import { execFile, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { STAGE_NAMES } from "../../infra/stages.ts";
import { build } from "./support.ts";

const installed = spawnSync("cfn-lint", ["--version"]).status === 0;
if (!installed) {
  console.warn(
    "SKIPPED: cfn-lint is not installed (pip install cfn-lint), so no template is linted.",
  );
}

it.skipIf(!installed)(
  "CloudFormation accepts every template, as far as cfn-lint knows",
  async () => {
    const templates = STAGE_NAMES.flatMap((name) => {
      const folder = build(name).app.synth().directory;
      const files = readdirSync(folder).filter((file) => file.endsWith(".template.json"));
      return files.map((file) => join(folder, file));
    });
    expect(templates).toHaveLength(20);

    const said = await new Promise<string>((resolve) => {
      const flags = ["--non-zero-exit-code", "error"];
      execFile("cfn-lint", [...flags, "--", ...templates], (failure, stdout, stderr) =>
        resolve(failure ? `${failure.message}\n${stdout}${stderr}` : ""),
      );
    });
    expect(said).toBe("");
  },
);
