import { createEventSource } from "../events/event-source.ts";
import { createScheduler } from "../events/scheduler.ts";
import { type FrontRequest, plain } from "../front/message.ts";
import type { FrontServer } from "../front/server.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { Journal } from "../lambda/journal.ts";
import { isLocal, serveLocal } from "../pages/serve.ts";
import type { Declared } from "../resources/cloud.ts";
import type { Services } from "../services/index.ts";
import type { Closers } from "../supervise/closers.ts";

/** How long a running request or batch may take to finish when everything stops. */
const GRACE_MILLISECONDS = 5_000;

export type Traffic = {
  root: string;
  front: FrontServer;
  fleet: Fleet;
  services: Services;
  declared: Declared;
  journal: Journal;
  closers: Closers;
};

/** Lets requests, messages and schedules reach the functions. It is the first thing to end. */
export function openTraffic(traffic: Traffic): void {
  const { front, fleet, declared, closers } = traffic;
  const stopping = new AbortController();
  const eventSources = declared.eventSources.map(createEventSource);
  const scheduler = createScheduler(declared.schedules);
  closers.add(async () => {
    stopping.abort();
    scheduler.stop();
    const drained = [front.close(GRACE_MILLISECONDS), ...eventSources.map((it) => it.stop())];
    await fleet.stop(GRACE_MILLISECONDS);
    await Promise.all(drained);
  });

  const [distribution] = declared.distributions;
  const cloud = { ...traffic, scheduler, stopping: stopping.signal };
  front.open(async (request: FrontRequest) => {
    if (isLocal(request.path)) return serveLocal(request, cloud);
    return distribution?.handle(request) ?? plain(404, "The templates have no distribution.");
  });
  for (const source of eventSources) source.start();
  scheduler.start();
}
