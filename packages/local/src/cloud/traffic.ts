import { createEventSource } from "../events/event-source.ts";
import { createScheduler } from "../events/scheduler.ts";
import { type FrontRequest, plain } from "../http/message.ts";
import type { FrontServer } from "../http/server.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { LogStore } from "../lambda/log-store.ts";
import { isLocal, serveLocal } from "../pages/serve.ts";
import type { Declarations } from "../resources/cloud.ts";
import type { Services } from "../services/index.ts";
import type { Closers } from "../supervise/closers.ts";
import type { CloudState } from "./cloud-state.ts";

/** How long a running request or batch may take to finish when the cloud stops. */
const GRACE_MILLISECONDS = 5_000;

export type TrafficOptions = {
  root: string;
  front: FrontServer;
  fleet: Fleet;
  services: Services;
  state: CloudState;
  logStore: LogStore;
  closers: Closers;
};

export type Traffic = {
  /** Switches to the queues and schedules that the state declares now. Running batches finish. */
  switchOver(): void;
};

/** Lets requests, messages and schedules reach the functions. It closes before everything else. */
export function openTraffic(options: TrafficOptions): Traffic {
  const { front, fleet, state, closers } = options;
  const stopping = new AbortController();
  const draining = new Set<Promise<unknown>>();
  let sources = startSources(state.declared);

  function drain(): void {
    const drained = sources.stop().finally(() => draining.delete(drained));
    draining.add(drained);
  }

  closers.add(async () => {
    stopping.abort();
    drain();
    const closed = front.close(GRACE_MILLISECONDS);
    await fleet.stop(GRACE_MILLISECONDS);
    await Promise.all([closed, ...draining]);
  });

  front.open(async (request: FrontRequest) => {
    if (isLocal(request.path)) {
      const { scheduler } = sources;
      return serveLocal(request, { ...options, ...state, scheduler, stopping: stopping.signal });
    }
    const [distribution] = state.declared.distributions;
    return distribution?.handle(request) ?? plain(404, "The templates have no distribution.");
  });

  return {
    switchOver() {
      drain();
      sources = startSources(state.declared);
    },
  };
}

/** Starts the queues' event source mappings and the schedules. */
function startSources({ eventSources, schedules }: Declarations) {
  const mappings = eventSources.map(createEventSource);
  const scheduler = createScheduler(schedules);
  for (const mapping of mappings) mapping.start();
  scheduler.start();
  return {
    scheduler,
    async stop() {
      scheduler.stop();
      await Promise.all(mappings.map((mapping) => mapping.stop()));
    },
  };
}
