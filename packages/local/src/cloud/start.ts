import { createJournal } from "../lambda/journal.ts";
import type { Options } from "../options.ts";
import { nothingDeclared } from "../resources/cloud.ts";
import { createStacks } from "../resources/create-stacks.ts";
import { writeEndpoints } from "../supervise/endpoints.ts";
import { admitIamRoles } from "../supervise/roles.ts";
import { startFunctions } from "./functions.ts";
import { type Around, takeGround } from "./ground.ts";
import { startMachinery } from "./machinery.ts";
import { openTraffic } from "./traffic.ts";

/**
 * Runs a synthesized CDK app. Resolves with the front door's URL when it serves.
 *
 * @throws StartError for what a person can mend: a port, a folder, a template.
 */
export async function startCloud(options: Options, around: Around): Promise<string> {
  const ground = await takeGround(options, around);
  const machinery = await startMachinery(options.root, ground, around);
  const declared = nothingDeclared();
  const journal = createJournal();
  const fleet = await startFunctions(ground, machinery, declared, journal, around);
  const { say, closers } = around;

  await createStacks(machinery.stacks, { ...ground, ...machinery, fleet, declared, say });
  const databases = await Promise.all(
    declared.databases.map(async (database) => ({
      ...database,
      // The roles are there only now: a custom resource has made them.
      roles: await admitIamRoles(database.server, ground.credentials),
    })),
  );

  openTraffic({ ...ground, ...machinery, fleet, declared, journal, closers, root: options.root });
  writeEndpoints({ ...ground, ...machinery, databases });
  return ground.front.url;
}
