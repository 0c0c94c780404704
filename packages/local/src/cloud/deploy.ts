import type { AssembledStack } from "../assembly/assembly.ts";
import type { Cloud } from "../resources/cloud.ts";
import { createStacks } from "../resources/create-stacks.ts";
import { setIamRolePasswords } from "../supervise/roles.ts";
import { type EndpointsFile, writeEndpoints } from "./endpoints.ts";

export type DeploymentInput = Cloud & Omit<EndpointsFile, "databases" | "functions">;

/** Creates, or finds, everything that the stacks declare, and writes `endpoints.json`. */
export async function deploy(stacks: AssembledStack[], cloud: DeploymentInput): Promise<void> {
  await createStacks(stacks, cloud);
  const databases = await Promise.all(
    cloud.declared.databases.map(async (database) => ({
      ...database,
      // After the stacks: a custom resource creates the roles.
      roles: await setIamRolePasswords(database.server, cloud.credentials),
    })),
  );
  const functions = cloud.fleet
    .all()
    .map(({ definition }) => [definition.label, cloud.fleet.variablesOf(definition)] as const);
  writeEndpoints({ ...cloud, databases, functions });
}
