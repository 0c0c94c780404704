import { type AssembledStack, readAssembly } from "../assembly/assembly.ts";
import { ACCOUNT, regionOf } from "../resources/create-stacks.ts";
import { type Services, startServices } from "../services/index.ts";
import { StartError } from "../shared/start-error.ts";
import { keepPostgres, POSTGRES_FOLDER } from "../supervise/postgres.ts";
import { createServers, type PostgresServers } from "../supervise/servers.ts";
import { synthesize } from "../synth/synth.ts";
import type { HostResources, StartContext } from "./host-resources.ts";

/** What the stacks run on. */
export type CloudRuntime = {
  /** Folder of the cloud assembly. */
  assembly: string;
  stacks: AssembledStack[];
  region: string;
  servers: PostgresServers;
  services: Services;
};

/** Synthesizes the app and starts PostgreSQL at the same time, then starts the services. */
export async function startRuntime(
  root: string,
  { home, credentials }: HostResources,
  { closers, log, signal, failed }: StartContext,
): Promise<CloudRuntime> {
  const givenUp = () => failed("PostgreSQL does not stay up: see its log in the home folder.");
  const keepOptions = { home, credentials, log, givenUp, signal };
  const starting = keepPostgres({ ...keepOptions, folder: POSTGRES_FOLDER });
  // Registered before the server is up: if the synth fails meanwhile, the server still has to end.
  closers.add(() => starting.then((server) => server.stop(), ignore));
  // The reverse: if PostgreSQL fails while the app is being synthesized, the synth has to end.
  const closing = new AbortController();
  closers.add(() => closing.abort());
  const [assembly, first] = await Promise.all([
    synthesize({ root, home, log, signal: AbortSignal.any([signal, closing.signal]) }),
    starting.catch(asStartError),
  ]);

  const stacks = readAssembly(assembly);
  const region = regionOf(stacks);
  const services = await startServices({
    home: home.folder,
    region,
    account: ACCOUNT,
    secretOf: credentials.secretOf,
  }).catch(asStartError);
  closers.add(services.close);
  const servers = createServers(first, keepOptions, closers);
  return { assembly, stacks, region, servers, services };
}

/** A folder or a port that is not accessible: a stack trace would explain nothing. */
function asStartError(error: Error): never {
  throw new StartError(error.message, { cause: error });
}

/** The error is reported by the Promise.all above. */
const ignore = () => {};
