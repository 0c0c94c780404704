import { type AssembledStack, readAssembly } from "../assembly/assembly.ts";
import { ACCOUNT, regionOf } from "../resources/create-stacks.ts";
import { type Services, startServices } from "../services/index.ts";
import { StartError } from "../shared/start-error.ts";
import { keepPostgres, POSTGRES_FOLDER } from "../supervise/postgres.ts";
import { createServers, type PostgresServers } from "../supervise/servers.ts";
import { synthesize } from "../synth/synth.ts";
import type { HostResources, StartContext } from "./host-resources.ts";

/** What the stacks are made of. */
export type CloudRuntime = {
  /** Folder of the cloud assembly. */
  assembly: string;
  stacks: AssembledStack[];
  region: string;
  servers: PostgresServers;
  services: Services;
};

/** Synthesizes the app and starts PostgreSQL meanwhile, then the services. */
export async function startRuntime(
  root: string,
  { home, credentials }: HostResources,
  { closers, say, signal, failed }: StartContext,
): Promise<CloudRuntime> {
  const givenUp = () => failed("PostgreSQL does not stay up: its log in the home says why.");
  const keeping = { home, credentials, say, givenUp, signal };
  const starting = keepPostgres({ ...keeping, folder: POSTGRES_FOLDER });
  // Before it is there: when the synth fails meanwhile, a server that is just coming up must end too.
  closers.add(() => starting.then((server) => server.stop(), toldElsewhere));
  // And the other way round: PostgreSQL may fail while the app is still being synthesized.
  const closing = new AbortController();
  closers.add(() => closing.abort());
  const [assembly, first] = await Promise.all([
    synthesize({ root, home, say, signal: AbortSignal.any([signal, closing.signal]) }),
    starting.catch(refuse),
  ]);

  const stacks = readAssembly(assembly);
  const region = regionOf(stacks);
  const services = await startServices({
    home: home.folder,
    region,
    account: ACCOUNT,
    secretOf: credentials.secretOf,
  }).catch(refuse);
  closers.add(services.close);
  const servers = createServers(first, keeping, closers);
  return { assembly, stacks, region, servers, services };
}

/** A folder or a port, told by those who need it: nothing that a stack trace would explain. */
function refuse(error: Error): never {
  throw new StartError(error.message, { cause: error });
}

const toldElsewhere = () => {};
