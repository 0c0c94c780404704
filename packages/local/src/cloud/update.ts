import { readAssembly } from "../assembly/assembly.ts";
import type { Fleet } from "../lambda/fleet.ts";
import { type Declarations, noDeclarations } from "../resources/cloud.ts";
import { regionOf } from "../resources/create-stacks.ts";
import { StartError } from "../shared/start-error.ts";
import { synthesize } from "../synth/synth.ts";
import type { CloudState } from "./cloud-state.ts";
import { type DeploymentInput, deploy } from "./deploy.ts";

export type UpdateOptions = {
  root: string;
  region: string;
  live: CloudState;
  fleet: Fleet;
  deployment: Omit<DeploymentInput, "declared">;
  /** Requests, messages and schedules go by what is in force from now on. */
  turn(): void;
  signal: AbortSignal;
};

/**
 * Brings a running cloud to what its app says by now, as a CloudFormation update would: queues, buckets,
 * secrets and databases are found again with all that they hold, functions get their new definition,
 * and custom resources whose properties changed are asked to update. When one of them fails, functions
 * go back to what they were and everything runs on as before; what a migration has committed stays.
 *
 * @throws StartError for what a person can mend.
 */
export async function update(options: UpdateOptions): Promise<void> {
  const { root, live, fleet, deployment, turn, signal } = options;
  const { home, say } = deployment;
  const stacks = readAssembly(await synthesize({ root, home, say, signal }));
  if (regionOf(stacks) !== options.region) {
    throw new StartError(
      `The region has changed from ${options.region} to ${regionOf(stacks)}, which every name carries: stop the local cloud and start it again.`,
    );
  }

  const before = fleet.all().map(({ definition }) => definition);
  const declared: Declarations = noDeclarations();
  try {
    await deploy(stacks, { ...deployment, declared });
  } catch (error) {
    live.refused = declared.resources.filter(({ treatment }) => treatment === "refused");
    for (const definition of before) fleet.define(definition);
    fleet.keepOnly(new Set(before.map(({ name }) => name)));
    throw error;
  }
  for (const left of leftBehind(live.declared, declared)) {
    say(`${left} is in no template any more: what it holds stays in the home.`);
  }
  live.declared = declared;
  live.refused = [];
  turn();
  fleet.keepOnly(new Set(declared.resources.filter(isFunction).map(({ name }) => name ?? "")));
  for (const each of fleet.all()) each.problem = undefined; // a synth has bundled all of them
  say("everything is up to date");
}

const isFunction = ({ type }: { type: string }) => type === "AWS::Lambda::Function";

/** They hold something, or have made something elsewhere; CloudFormation would delete or retain it. */
const HOLDING = /^AWS::(SQS::Queue|S3::Bucket|SecretsManager::Secret|RDS::DBCluster)$|^Custom::/;

function leftBehind(before: Declarations, after: Declarations): string[] {
  const idOf = ({ stack, logicalId }: { stack: string; logicalId: string }) =>
    `${stack}/${logicalId}`;
  const known = new Set(after.resources.map(idOf));
  return before.resources
    .filter((resource) => HOLDING.test(resource.type) && !known.has(idOf(resource)))
    .map(({ type, logicalId, stack }) => `${type} ${logicalId} (stack ${stack})`);
}
