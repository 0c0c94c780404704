import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findStage, STAGE_NAMES, type StageName } from "../stages.ts";
import { runProgram } from "../synth-error.ts";

// Synthesizes the named stages, or every one, into cdk.out/STAGE, which `cdk deploy --app cdk.out/STAGE
// --all` deploys. Each stage is a process of its own, because an App is one stage.

const ROOT = resolve(import.meta.dirname, "../..");

await runProgram(async () => {
  const named = process.argv.slice(2).map((name) => findStage(name).name);
  for (const stage of named.length > 0 ? named : STAGE_NAMES) synthesize(stage);
});

function synthesize(stage: StageName): void {
  const { context } = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8"));
  const outdir = join("cdk.out", stage);
  const started = performance.now();
  const { status } = spawnSync(process.execPath, ["infra/app.ts"], {
    cwd: ROOT,
    stdio: "inherit",
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage }),
    },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const failure = `failed: see the errors above, and cdk-nag's findings in ${join(outdir, "validation-report.json")}`;
  console.log(`${stage} ${status === 0 ? `is in ${outdir}` : failure} (${seconds} s)`);
  if (status !== 0) process.exitCode = 1;
}
