import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REVIEWED } from "../../infra/compliance/acknowledgements.ts";
import { type Compliance, comply } from "../../infra/compliance/comply.ts";
import type { StageConfig, StageName } from "../../infra/stages.ts";
import { buildAnew } from "./support.ts";

/** Synthesizes as the app does, on the day of the last review, and returns the report. */
export function synthesize(
  name: StageName,
  options: Compliance = {},
  change: Partial<StageConfig> = {},
) {
  const { app, stage } = buildAnew(name, change);
  comply(app, stage, { today: REVIEWED, ...options });
  let failure = "";
  try {
    app.synth();
  } catch (error) {
    failure = String(error);
  }
  const file = join(app.outdir, "validation-report.json");
  return { failure, report: JSON.parse(readFileSync(file, "utf8")) };
}
