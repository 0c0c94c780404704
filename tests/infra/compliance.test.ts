import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Acknowledgement } from "../../infra/compliance/acknowledgement.ts";
import { ACKNOWLEDGEMENTS, REVIEWED } from "../../infra/compliance/acknowledgements.ts";
import { type Compliance, comply } from "../../infra/compliance/comply.ts";
import { findStage, STAGE_NAMES, type StageConfig } from "../../infra/stages.ts";
import { buildAnew } from "./support.ts";

/** Synthesizes as the app does, on the day of the last review, and gives the report. */
function synthesize(
  name: (typeof STAGE_NAMES)[number],
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

vi.setConfig({ testTimeout: 180_000 }); // the first loads a validator of some megabytes

describe("a synth", () => {
  it.each(STAGE_NAMES)("of %s has no open finding, and says why of each closed one", (name) => {
    // Each acknowledgement holds to the end of its last day.
    const today = ACKNOWLEDGEMENTS.map(({ expires }) => expires).sort()[0] as string;
    const { failure, report } = synthesize(name, { today });
    expect(failure).toBe("");

    const closed = report.pluginReports.flatMap(
      (each: { suppressedViolations?: unknown[] }) => each.suppressedViolations ?? [],
    );
    expect(closed.length).toBeGreaterThan(10);
    for (const violation of closed) {
      expect(JSON.stringify(violation)).toMatch(/\((platform|security), until 2027-\d\d-\d\d\)/);
    }
  });

  it("of prod has none with a dedicated database either, by the CDK's own rules too", () => {
    vi.stubEnv("CDK_VALIDATION", "true");
    onTestFinished(() => void vi.unstubAllEnvs());
    const database = { ...findStage("prod").database, readers: 0 };
    const { failure } = synthesize("prod", {}, { dedicated: [{ name: "harbour", database }] });
    expect(failure).toBe("");
  });
});

describe("a synth fails, and says who is to do what,", () => {
  const packs = ["AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321"];
  const dropped = packs.map(
    (pack) => ACKNOWLEDGEMENTS.find(({ rule }) => rule.startsWith(pack)) as Acknowledgement,
  );
  const kept = ACKNOWLEDGEMENTS.filter((entry) => !dropped.includes(entry));
  const queue = kept.find(({ rule }) => rule === "AwsSolutions-SQS3") as Acknowledgement;
  const like = (by: Partial<Acknowledgement>) => ({ ...queue, ...by });
  // Everything that can be wrong with the list, at once: a synth of all packs takes seconds.
  const { failure } = synthesize("prod", {
    today: "2027-02-01",
    acknowledgements: [
      ...kept,
      like({ expires: "2027-01-31", owner: "platform" }),
      like({ on: ["Jobs/Sweeps", "Jobs/Jobs", "Jobs/Gone"] }),
      ...["2027-11-24", "2027-02-30", "never"].map((expires) => like({ expires })),
    ],
  });

  it.each(dropped.map(({ rule }) => rule))(
    "on a finding of %s that nobody acknowledged",
    (rule) => {
      expect(failure).toContain(rule.replace("{stage}", "prod"));
    },
  );

  it("on the day after an acknowledgement expires", () => {
    expect(failure).toContain(
      "The acknowledgement of AwsSolutions-SQS3 expired on 2027-01-31. platform mends the finding",
    );
  });

  it.each(["Jobs/Jobs", "Jobs/Gone"])(
    "on an acknowledgement of what is not found on %s",
    (path) => {
      expect(failure).toContain(
        `AwsSolutions-SQS3 is acknowledged on ${path}, where nothing is found`,
      );
      expect(failure).not.toContain("acknowledged on Jobs/Sweeps");
    },
  );

  it.each(["2027-11-24", "2027-02-30", "never"])("on an expiry of %s", (expires) => {
    expect(failure).toContain(
      `expires on "${expires}"; it must be a date (YYYY-MM-DD) at most a year after the last review, 2026-11-23`,
    );
  });
});

it.each(ACKNOWLEDGEMENTS.map((entry) => [entry.rule, entry] as const))(
  "%s is acknowledged with a reason that says more than the rule",
  (_, { reason, on }) => {
    expect(reason.length).toBeGreaterThan(40);
    expect(on.length).toBeGreaterThan(0);
  },
);
