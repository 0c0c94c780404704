import { mkdtempSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { inject } from "vitest";
import { readSite } from "../../infra/site/site.ts";
import { bulkhead } from "../../infra/stacks/bulkhead.ts";
import { findStage, type StageConfig, type StageName } from "../../infra/stages.ts";

export const ROOT = resolve(import.meta.dirname, "../..");

export const FIXTURE = resolve(ROOT, "tests/infra/fixture");

/** The context that the CDK's own command would pass. */
export const CONTEXT: Record<string, unknown> = JSON.parse(
  readFileSync(resolve(ROOT, "cdk.json"), "utf8"),
).context;

export type Resource = {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON, and each test knows its corner
  Properties: any;
  DependsOn?: string[];
  DeletionPolicy?: string;
};

/** A folder of this process, deleted when the run ends. */
export const scratch = mkdtempSync(join(inject("scratch"), "infra-"));

/** A stage's stacks, with a fixture instead of bundles. */
export function buildAnew(name: StageName, change: Partial<StageConfig> = {}) {
  // The CDK's own validation takes seconds to load; a test that needs it sets the variable.
  process.env.CDK_VALIDATION ??= "false";
  const app = new App({ context: CONTEXT, outdir: mkdtempSync(join(scratch, "cdk.out-")) });
  const stage = { ...findStage(name), ...change };
  const stacks = bulkhead(app, stage, {
    codeOf: () => resolve(FIXTURE, "function"),
    site: readSite(resolve(FIXTURE, "site")),
  });
  return { app, stage, stacks };
}

const built = new Map<string, ReturnType<typeof buildAnew>>();

/** The same, cached for all tests: they must not add to it. */
export function build(name: StageName, change: Partial<StageConfig> = {}) {
  const key = JSON.stringify([name, change]);
  const stacks = built.get(key) ?? buildAnew(name, change);
  built.set(key, stacks);
  return stacks;
}

export const resources = (stack: Stack): Record<string, Resource> =>
  Template.fromStack(stack).toJSON().Resources;

export const ofType = (stack: Stack, type: string): Resource[] =>
  Object.values(resources(stack)).filter((resource) => resource.Type === type);

/** Every resource of every stack of a stage. */
export const everything = ({ stacks }: ReturnType<typeof build>) =>
  Object.values(stacks)
    .flat()
    .filter((stack) => stack !== undefined)
    .flatMap((stack) =>
      Object.entries(resources(stack)).map(([id, resource]) => ({
        ...resource,
        id,
        stack: stack.node.id,
      })),
    );

/** A value of a template in short form: `Jobs.Arn`, `arn:aws:s3:::x/exports/*`. */
export function written(value: unknown): string {
  if (typeof value === "string") return value;
  const [[kind, content]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (kind === "Ref") return word(String(content));
  if (kind === "Fn::GetAtt") return (content as string[]).map(word).join(".");
  if (kind === "Fn::Join") return (content as [string, unknown[]])[1].map(written).join("");
  if (kind === "Fn::GetStackOutput") {
    const { StackName, OutputName } = content as { StackName: string; OutputName: string };
    // With the stack's name only where several stacks have an output of that name.
    const [dedicated] = /Dedicated-\w+$/.exec(StackName) ?? [];
    return dedicated ? `${dedicated}/${word(OutputName)}` : word(OutputName);
  }
  throw new Error(`No short form for ${kind}: add one here.`);
}

/** An id without the CDK's hashes and output prefixes. */
const word = (id: string) =>
  id.replace(/^PublishOutput(Ref|FnGetAtt)/, "").replaceAll(/[0-9A-F]{8}/g, "");
