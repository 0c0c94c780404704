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
  /** YYYY-MM-DD. The one thing in a synth that the clock decides. @default - today, in UTC */
  readonly today?: string;
}

/**
 * Makes the synth fail on every finding that nobody has acknowledged, and on every acknowledgement
 * that has expired or that no finding answers to. Call it when the tree is complete.
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
    ...packs.map((pack) => overheard(pack, register)),
    // Last: it judges the list by what the packs have found.
    { name: "Acknowledgements", validate: () => register.report(today) },
  );
}

/** The pack, and a note of everything it finds. */
const overheard = (pack: IPolicyValidationPlugin, register: Register): IPolicyValidationPlugin => ({
  name: pack.name,
  version: pack.version,
  ruleIds: pack.ruleIds,
  validate(context) {
    const report = pack.validate(context);
    register.note(report.violations);
    return report;
  },
});
