import { existsSync } from "node:fs";
import { type CredentialStore, openCredentials } from "../home/credentials.ts";
import { type Home, openHome } from "../home/home.ts";
import { takeLock } from "../home/lock.ts";
import { type FrontServer, startFrontServer } from "../http/server.ts";
import {
  type CustomResourceStore,
  openCustomResourceStore,
} from "../resources/custom-resources.ts";
import type { Closers } from "../supervise/closers.ts";
import { type Orphans, openOrphans } from "../supervise/orphans.ts";
import { POSTGRES_FOLDER } from "../supervise/postgres.ts";
import type { CloudOptions } from "./options.ts";

export type StartContext = {
  closers: Closers;
  log(line: string): void;
  /** Aborts when the cloud stops. */
  signal: AbortSignal;
  /** The cloud cannot go on running. */
  failed(why: string): void;
};

/** What the cloud holds exclusively on this machine: a folder and a port, and what the folder stores. */
export type HostResources = {
  home: Home;
  front: FrontServer;
  orphans: Orphans;
  credentials: CredentialStore;
  customResources: CustomResourceStore;
};

/**
 * Acquires what is cheap and may be refused, before anything slow starts.
 *
 * @throws StartError for a folder or a port that is in use or not accessible.
 */
export async function acquireHostResources(
  options: CloudOptions,
  { closers }: StartContext,
): Promise<HostResources> {
  const home = openHome(options.home);
  const lock = takeLock(home);
  closers.add(lock.release);
  const front = await startFrontServer(options.port);
  closers.add(() => front.close(0));

  const orphans = openOrphans(home);
  orphans.end();
  process.once("exit", orphans.end);

  const customResources = openCustomResourceStore(home);
  // Everything that custom resources created was in the database.
  if (!existsSync(home.at(POSTGRES_FOLDER))) customResources.forget();
  return { home, front, orphans, credentials: openCredentials(home), customResources };
}
