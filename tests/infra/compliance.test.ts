import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Acknowledgement } from "../../infra/compliance/acknowledgement.ts";
import { ACKNOWLEDGEMENTS, REVIEWED } from "../../infra/compliance/acknowledgements.ts";
import { type Compliance, comply } from "../../infra/compliance/comply.ts";
import { findStage, STAGE_NAMES, type StageConfig } from "../../infra/stages.ts";
import { build } from "./support.ts";

/** Synthesizes as the app does, on the day of the last review, and gives the report. */
function synthesize(
  name: (typeof STAGE_NAMES)[number],
  options: Compliance = {},
  change: Partial<StageConfig> = {},
) {
  const { app, stage } = build(name, change);
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

/** The list, with its first entry of this rule changed. */
const changed = (rule: string, by: Partial<Acknowledgement>) => {
  const entry = ACKNOWLEDGEMENTS.find((each) => each.rule === rule);
  if (!entry) throw new Error(`${rule} is not in the list`);
  return ACKNOWLEDGEMENTS.map((each) => (each === entry ? { ...each, ...by } : each));
};

vi.setConfig({ testTimeout: 180_000 }); // the first loads a validator of some megabytes

describe("a synth", () => {
  it.each(STAGE_NAMES)("of %s has no open finding, and says why of each closed one", (name) => {
    vi.stubEnv("CDK_VALIDATION", "true"); // the CDK's own rules, too
    onTestFinished(() => void vi.unstubAllEnvs());
    const { failure, report } = synthesize(name);
    expect(failure).toBe("");

    const closed = report.pluginReports.flatMap(
      (each: { suppressedViolations?: unknown[] }) => each.suppressedViolations ?? [],
    );
    expect(closed.length).toBeGreaterThan(10);
    for (const violation of closed) {
      expect(JSON.stringify(violation)).toMatch(/\((platform|security), until 2027-\d\d-\d\d\)/);
    }
  });

  it("of prod has none with a dedicated database either", () => {
    const database = { ...findStage("prod").database, readers: 0 };
    const { failure } = synthesize("prod", {}, { dedicated: [{ name: "harbour", database }] });
    expect(failure).toBe("");
  });

  it("fails on a finding of any pack that nobody has acknowledged", () => {
    const packs = ["AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321"];
    const rules = packs.map(
      (pack) => ACKNOWLEDGEMENTS.find(({ rule }) => rule.startsWith(pack))?.rule,
    );
    const acknowledgements = ACKNOWLEDGEMENTS.filter(({ rule }) => !rules.includes(rule));
    const { failure } = synthesize("prod", { acknowledgements });
    for (const rule of rules) expect(failure).toContain(rule?.replace("{stage}", "prod"));
  });

  it("fails on the day after an acknowledgement expires, and says who is to do what", () => {
    const acknowledgements = changed("AwsSolutions-SQS3", { expires: "2027-01-31" });
    expect(synthesize("dev", { acknowledgements, today: "2027-01-31" }).failure).toBe("");

    const { failure } = synthesize("dev", { acknowledgements, today: "2027-02-01" });
    expect(failure).toContain(
      "The acknowledgement of AwsSolutions-SQS3 expired on 2027-01-31. platform mends the finding",
    );
  });

  it("fails on an acknowledgement of what is not found there", () => {
    for (const path of ["Jobs/Jobs", "Jobs/Gone"]) {
      const acknowledgements = changed("AwsSolutions-SQS3", { on: ["Jobs/Sweeps", path] });
      const { failure } = synthesize("prod", { acknowledgements });
      expect(failure).toContain(
        `AwsSolutions-SQS3 is acknowledged on ${path}, where nothing is found`,
      );
    }
  });

  it.each(["2027-11-24", "2027-02-30", "never"])("fails on an expiry of %s", (expires) => {
    const acknowledgements = changed("AwsSolutions-SQS3", { expires });
    const { failure } = synthesize("prod", { acknowledgements });
    expect(failure).toContain("at most a year after the last review, 2026-11-23");
  });
});

it.each(ACKNOWLEDGEMENTS.map((entry) => [entry.rule, entry] as const))(
  "%s is acknowledged with a reason that says more than the rule",
  (_, { reason, on }) => {
    expect(reason.length).toBeGreaterThan(40);
    expect(on.length).toBeGreaterThan(0);
  },
);
