import type { AssembledStack } from "../assembly/assembly.ts";
import type { Cloud } from "../resources/cloud.ts";
import { createStacks } from "../resources/create-stacks.ts";
import { type EndpointsFile, writeEndpoints } from "../supervise/endpoints.ts";
import { admitIamRoles } from "../supervise/roles.ts";

export type Deployment = Cloud & Omit<EndpointsFile, "databases" | "functions">;

/** Makes, or finds, everything that the stacks hold, and writes down where it listens. */
export async function deploy(stacks: AssembledStack[], cloud: Deployment): Promise<void> {
  await createStacks(stacks, cloud);
  const databases = await Promise.all(
    cloud.declared.databases.map(async (database) => ({
      ...database,
      // The roles are there only now: a custom resource has made them.
      roles: await admitIamRoles(database.server, cloud.credentials),
    })),
  );
  const functions = cloud.fleet
    .all()
    .map(({ definition }) => [definition.label, cloud.fleet.variablesOf(definition)] as const);
  writeEndpoints({ ...cloud, databases, functions });
}
