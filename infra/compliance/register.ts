import {
  type App,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Validations,
} from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { StageConfig } from "../stages.ts";
import type { Acknowledgement } from "./acknowledgement.ts";
import { REVIEWED } from "./acknowledgements.ts";

/** The acknowledgements of one stage, and the findings of the packs to compare them with. */
export class Register {
  private readonly entries: readonly Acknowledgement[];
  private readonly findings: { rule: string; path: string }[] = [];

  constructor(stage: StageConfig, acknowledgements: readonly Acknowledgement[]) {
    this.entries = acknowledgements
      .filter(({ stages }) => stages?.includes(stage.name) ?? true)
      .map((entry) => ({
        ...entry,
        rule: entry.rule.replace("{stage}", stage.name).replace("{region}", stage.region),
        on: entry.on.flatMap((path) => inEach(path, stage)),
      }));
  }

  /** Passes them to the CDK, which then reports the findings as suppressed, with their reasons. */
  acknowledge(app: App): void {
    for (const { rule, on, reason, owner, expires } of this.entries) {
      for (const path of on) {
        const construct = find(app, path);
        if (!construct) continue; // reported as stale, because no finding can be on it
        Validations.of(construct).acknowledge({
          id: `${packOf(rule)}::${rule}`,
          reason: `${reason} (${owner}, until ${expires})`,
        });
      }
    }
  }

  record(violations: readonly PolicyViolation[]): void {
    for (const { ruleName, violatingResources } of violations) {
      for (const { constructPath } of violatingResources) {
        this.findings.push({ rule: ruleName, path: constructPath ?? "" });
      }
    }
  }

  report(today: string): PolicyValidationPluginReport {
    const violations = this.entries.flatMap((entry) => [
      ...expired(entry, today),
      ...invalidExpiry(entry),
      ...this.stale(entry),
    ]);
    return { success: violations.length === 0, violations };
  }

  private stale({ rule, on }: Acknowledgement): PolicyViolation[] {
    const isFound = (path: string) =>
      this.findings.some((found) => found.rule === rule && `${found.path}/`.startsWith(`${path}/`));
    return on
      .filter((path) => !isFound(path))
      .map((path) =>
        violation(
          "Stale",
          path,
          `${rule} is acknowledged on ${path}, where nothing is found. Remove the path or the entry.`,
        ),
      );
  }
}

/** `{dedicated}` stands for the stack of each dedicated database, of which a stage may have none. */
const inEach = (path: string, { dedicated = [] }: StageConfig) =>
  path.startsWith(DEDICATED)
    ? dedicated.map(({ name }) => path.replace(DEDICATED, `Dedicated-${name}`))
    : [path];
const DEDICATED = "{dedicated}";

const expired = ({ rule, on, owner, expires }: Acknowledgement, today: string) =>
  expires < today
    ? [
        violation(
          "Expired",
          on[0] ?? "",
          `The acknowledgement of ${rule} expired on ${expires}. Its owner, ${owner}, must fix the finding, or ` +
            "review the reason and set a new date in infra/compliance/acknowledgements.",
        ),
      ]
    : [];

const invalidExpiry = ({ rule, on, expires }: Acknowledgement) =>
  isDate(expires) && expires <= yearAfter(REVIEWED)
    ? []
    : [
        violation(
          "InvalidExpiry",
          on[0] ?? "",
          `The acknowledgement of ${rule} expires on "${expires}"; it must be a date (YYYY-MM-DD) ` +
            `at most a year after the last review, ${REVIEWED}.`,
        ),
      ];

const violation = (ruleName: string, path: string, description: string): PolicyViolation => ({
  ruleName,
  description,
  severity: "error",
  violatingResources: [{ constructPath: path, locations: [] }],
});

const isDate = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(text).toJSON()?.startsWith(text);

const yearAfter = (day: string) => `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;

/** `NIST.800.53.R5-LambdaDLQ` is a rule of the pack `NIST.800.53.R5`. */
const packOf = (rule: string) => rule.slice(0, rule.indexOf("-"));

function find(root: IConstruct, path: string): IConstruct | undefined {
  return path
    .split("/")
    .reduce<IConstruct | undefined>((at, id) => at?.node.tryFindChild(id), root);
}
