import { createEventSource } from "../events/event-source.ts";
import { createScheduler } from "../events/scheduler.ts";
import { LOCAL_PREFIX, serveLocal } from "../front/local.ts";
import { type FrontRequest, plain } from "../front/message.ts";
import type { FrontServer } from "../front/server.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { Declared } from "../resources/cloud.ts";
import type { Services } from "../services/index.ts";
import type { Closers } from "../supervise/closers.ts";

/** How long a running request or batch may take to finish when everything stops. */
const GRACE_MILLISECONDS = 5_000;

export type Traffic = {
  front: FrontServer;
  fleet: Fleet;
  services: Services;
  declared: Declared;
  closers: Closers;
};

/** Lets requests, messages and schedules reach the functions. It is the first thing to end. */
export function openTraffic({ front, fleet, services, declared, closers }: Traffic): void {
  const eventSources = declared.eventSources.map(createEventSource);
  const scheduler = createScheduler(declared.schedules);
  closers.add(async () => {
    scheduler.stop();
    const drained = [front.close(GRACE_MILLISECONDS), ...eventSources.map((it) => it.stop())];
    await fleet.stop(GRACE_MILLISECONDS);
    await Promise.all(drained);
  });

  const [distribution] = declared.distributions;
  front.open(async (request: FrontRequest) => {
    if (request.path.startsWith(LOCAL_PREFIX)) {
      return serveLocal(request, { services, fleet, scheduler });
    }
    return distribution?.handle(request) ?? plain(404, "The templates have no distribution.");
  });
  for (const source of eventSources) source.start();
  scheduler.start();
}
