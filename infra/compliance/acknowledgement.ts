import type { StageName } from "../stages.ts";

/**
 * A finding that is accepted, with a reason and until a date. In `rule` and `on`, `{stage}` and `{region}`
 * stand for those of the stage, and `{dedicated}` for the stack of each dedicated database.
 */
export interface Acknowledgement {
  /** The finding's full id, as the report prints it: `AwsSolutions-IAM5[Resource::*]`. */
  readonly rule: string;
  /** Construct paths. A path covers everything below it. */
  readonly on: readonly string[];
  /** @default - every stage */
  readonly stages?: readonly StageName[];
  /** Why the finding is harmless here, for a reader who does not know the product. */
  readonly reason: string;
  /** The role that is responsible for it. */
  readonly owner: "platform" | "security";
  /** The last day on which it is valid, YYYY-MM-DD. */
  readonly expires: string;
}

export const NIST = "NIST.800.53.R5";
export const HIPAA = "HIPAA.Security";
export const PCI = "PCI.DSS.321";

/** The ids of a rule that several packs contain. */
export const inPacks = (packs: readonly string[], rule: string) =>
  packs.map((pack) => `${pack}-${rule}`);

/** One acknowledgement for each of these rules, with the same reason. */
export const forRules = (
  rules: readonly string[],
  entry: Omit<Acknowledgement, "rule">,
): Acknowledgement[] => rules.map((rule) => ({ rule, ...entry }));
