import type { Scheduler } from "../events/scheduler.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { LogStore } from "../lambda/log-store.ts";
import type { Reload } from "../reload/reload.ts";
import type { Declarations } from "../resources/cloud.ts";
import type { ListedResource } from "../resources/listed.ts";
import type { Services } from "../services/index.ts";

/** What the pages show. */
export type RunningCloud = {
  /** The repository's root. */
  root: string;
  services: Services;
  fleet: Fleet;
  logStore: LogStore;
  declared: Declarations;
  /** Resources of the newest templates whose type is unknown, which stopped an update. */
  refused: ListedResource[];
  reload: Reload | undefined;
  scheduler: Scheduler;
  /** Aborts when the cloud stops, to end open streams. */
  stopping: AbortSignal;
};
