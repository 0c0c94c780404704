import type { Scheduler } from "../events/scheduler.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { Services } from "../services/index.ts";
import { type FrontRequest, type FrontResponse, json } from "./message.ts";

export type LocalRoutes = {
  services: Services;
  fleet: Fleet;
  scheduler: Scheduler;
};

export const LOCAL_PREFIX = "/_local/";

/** The local cloud's own pages, which no distribution serves. */
export async function serveLocal(
  { method, path }: FrontRequest,
  { services, fleet, scheduler }: LocalRoutes,
): Promise<FrontResponse> {
  const [, schedule] = /^\/_local\/schedules\/([^/]+)\/fire$/.exec(path) ?? [];
  if (method === "POST" && schedule) return fire(scheduler, schedule);
  if (method !== "GET") return json(405, { message: "Only GET, or POST to fire a schedule." });

  const pages: Record<string, () => unknown> = {
    "/_local/mail": () => services.ses.listMail(),
    "/_local/queues": () => services.sqs.list(),
    "/_local/functions": () =>
      fleet.all().map(({ definition, stats }) => ({
        label: definition.label,
        name: definition.name,
        ...stats(),
      })),
    "/_local/schedules": () => scheduler.list(),
  };
  const page = pages[path];
  if (page) return json(200, page());
  return json(404, { message: `There is ${Object.keys(pages).join(", ")}.` });
}

async function fire(scheduler: Scheduler, logicalId: string): Promise<FrontResponse> {
  const outcome = await scheduler.fire(logicalId);
  if (!outcome) return json(404, { message: `There is no schedule ${logicalId}.` });
  return json(outcome.ok ? 200 : 502, outcome);
}
