import { type App, type IPolicyValidationPlugin, Validations } from "aws-cdk-lib";
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
} from "cdk-nag";
import type { StageConfig } from "../stages.ts";
import type { Acknowledgement } from "./acknowledgement.ts";
import { ACKNOWLEDGEMENTS } from "./acknowledgements.ts";
import { Register } from "./register.ts";

export interface Compliance {
  /** @default - the list of this repository */
  readonly acknowledgements?: readonly Acknowledgement[];
  /** YYYY-MM-DD. Nothing else in a synth depends on the clock. @default - today, in UTC */
  readonly today?: string;
}

/**
 * Makes the synth fail on a finding without an acknowledgement, and on an acknowledgement that is invalid,
 * expired or without a finding. Call it when the construct tree is complete.
 */
export function comply(app: App, stage: StageConfig, options: Compliance = {}): void {
  const register = new Register(stage, options.acknowledgements ?? ACKNOWLEDGEMENTS);
  register.acknowledge(app);

  const packs = [
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new HIPAASecurityChecks(app),
    new PCIDSS321Checks(app),
  ];
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  Validations.of(app).addPlugins(
    ...packs.map((pack) => recorded(pack, register)),
    // Last: it compares the list with the findings of the packs.
    { name: "Acknowledgements", validate: () => register.report(today) },
  );
}

/** The pack, which also records its findings in the register. */
const recorded = (pack: IPolicyValidationPlugin, register: Register): IPolicyValidationPlugin => ({
  name: pack.name,
  version: pack.version,
  ruleIds: pack.ruleIds,
  validate(context) {
    const report = pack.validate(context);
    register.record(report.violations);
    return report;
  },
});
