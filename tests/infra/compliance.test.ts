import { describe, expect, it } from "vitest";
import type { Acknowledgement } from "../../infra/compliance/acknowledgement.ts";
import { ACKNOWLEDGEMENTS } from "../../infra/compliance/acknowledgements.ts";
import { STAGE_NAMES } from "../../infra/stages.ts";
import { synthesize } from "./synthesize.ts";

describe("a synth", () => {
  it.each(STAGE_NAMES)(
    "of %s has no open finding, and a reason for each suppressed one",
    (name) => {
      // Each acknowledgement is valid to the end of its last day.
      const today = ACKNOWLEDGEMENTS.map(({ expires }) => expires).sort()[0] as string;
      const { failure, report } = synthesize(name, { today });
      expect(failure).toBe("");

      const suppressed = report.pluginReports.flatMap(
        (each: { suppressedViolations?: unknown[] }) => each.suppressedViolations ?? [],
      );
      expect(suppressed.length).toBeGreaterThan(10);
      for (const violation of suppressed) {
        expect(JSON.stringify(violation)).toMatch(/\((platform|security), until 2027-\d\d-\d\d\)/);
      }
    },
  );
});

describe("a synth fails, with what to do,", () => {
  const packs = ["AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321"];
  const dropped = packs.map(
    (pack) => ACKNOWLEDGEMENTS.find(({ rule }) => rule.startsWith(pack)) as Acknowledgement,
  );
  const kept = ACKNOWLEDGEMENTS.filter((entry) => !dropped.includes(entry));
  const queue = kept.find(({ rule }) => rule === "AwsSolutions-SQS3") as Acknowledgement;
  const changed = (by: Partial<Acknowledgement>) => ({ ...queue, ...by });
  // Every fault of a list in one synth, which takes seconds.
  const { failure } = synthesize("prod", {
    today: "2027-02-01",
    acknowledgements: [
      ...kept,
      changed({ expires: "2027-01-31", owner: "platform" }),
      changed({ on: ["Jobs/Sweeps", "Jobs/Jobs", "Jobs/Gone"] }),
      ...["2027-11-24", "2027-02-30", "never"].map((expires) => changed({ expires })),
    ],
  });

  it.each(dropped.map(({ rule }) => rule))(
    "on a finding of %s without an acknowledgement",
    (rule) => {
      expect(failure).toContain(rule.replace("{stage}", "prod"));
    },
  );

  it("on the day after an acknowledgement expires", () => {
    expect(failure).toContain(
      "The acknowledgement of AwsSolutions-SQS3 expired on 2027-01-31. Its owner, platform, must fix the finding",
    );
  });

  it.each(["Jobs/Jobs", "Jobs/Gone"])("on an acknowledgement without a finding on %s", (path) => {
    expect(failure).toContain(
      `AwsSolutions-SQS3 is acknowledged on ${path}, where nothing is found`,
    );
    expect(failure).not.toContain("acknowledged on Jobs/Sweeps");
  });

  it.each(["2027-11-24", "2027-02-30", "never"])("on an expiry of %s", (expires) => {
    expect(failure).toContain(
      `expires on "${expires}"; it must be a date (YYYY-MM-DD) at most a year after the last review, 2026-11-23`,
    );
  });
});

it.each(ACKNOWLEDGEMENTS.map((entry) => [entry.rule, entry] as const))(
  "%s is acknowledged on a path, with a reason of at least a sentence",
  (_, { reason, on }) => {
    expect(reason.length).toBeGreaterThan(40);
    expect(on.length).toBeGreaterThan(0);
  },
);
