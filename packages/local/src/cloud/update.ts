import { readAssembly } from "../assembly/assembly.ts";
import type { Fleet } from "../lambda/fleet.ts";
import { type Declarations, noDeclarations } from "../resources/cloud.ts";
import { regionOf } from "../resources/create-stacks.ts";
import { StartError } from "../shared/start-error.ts";
import { synthesize } from "../synth/synth.ts";
import type { CloudState } from "./cloud-state.ts";
import { type DeploymentInput, deploy } from "./deploy.ts";
import type { Traffic } from "./traffic.ts";

export type UpdateOptions = {
  root: string;
  region: string;
  state: CloudState;
  fleet: Fleet;
  deployment: Omit<DeploymentInput, "declared">;
  traffic: Traffic;
  signal: AbortSignal;
};

/**
 * Updates a running cloud to the app's current templates, as a CloudFormation update would: queues, buckets,
 * secrets and databases keep their contents, functions get their new definition, and custom resources
 * whose properties changed receive an Update. When one of them fails, functions return to their previous
 * definition and everything keeps running; what a migration has committed stays.
 *
 * @throws StartError for what the developer can fix.
 */
export async function update(options: UpdateOptions): Promise<void> {
  const { root, state, fleet, deployment, traffic, signal } = options;
  const { home, log } = deployment;
  const stacks = readAssembly(await synthesize({ root, home, log, signal }));
  if (regionOf(stacks) !== options.region) {
    throw new StartError(
      `The region has changed from ${options.region} to ${regionOf(stacks)}, which is part of every ARN: stop the local cloud and start it again.`,
    );
  }

  const before = fleet.all().map(({ definition }) => definition);
  const declared: Declarations = noDeclarations();
  try {
    await deploy(stacks, { ...deployment, declared });
  } catch (error) {
    state.refused = declared.resources.filter(({ treatment }) => treatment === "refused");
    for (const definition of before) fleet.define(definition);
    fleet.keepOnly(new Set(before.map(({ name }) => name)));
    throw error;
  }
  for (const removed of removedResources(state.declared, declared)) {
    log(`${removed} is no longer in a template: its contents stay in the home folder`);
  }
  state.declared = declared;
  state.refused = [];
  traffic.switchOver();
  fleet.keepOnly(new Set(declared.resources.filter(isFunction).map(({ name }) => name ?? "")));
  for (const each of fleet.all()) each.problem = undefined; // the synth has bundled all of them
  log("update finished");
}

const isFunction = ({ type }: { type: string }) => type === "AWS::Lambda::Function";

/** Types that have contents, or created something elsewhere. CloudFormation would delete or retain it. */
const STATEFUL = /^AWS::(SQS::Queue|S3::Bucket|SecretsManager::Secret|RDS::DBCluster)$|^Custom::/;

function removedResources(before: Declarations, after: Declarations): string[] {
  const idOf = ({ stack, logicalId }: { stack: string; logicalId: string }) =>
    `${stack}/${logicalId}`;
  const current = new Set(after.resources.map(idOf));
  return before.resources
    .filter((resource) => STATEFUL.test(resource.type) && !current.has(idOf(resource)))
    .map(({ type, logicalId, stack }) => `${type} ${logicalId} (stack ${stack})`);
}
