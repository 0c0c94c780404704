import { createScheduler } from "../../../packages/local/src/events/scheduler.ts";
import type { FrontResponse } from "../../../packages/local/src/http/message.ts";
import { createLogStore } from "../../../packages/local/src/lambda/log-store.ts";
import { serveLocal } from "../../../packages/local/src/pages/serve.ts";
import type { Template } from "../../../packages/local/src/template/template.ts";
import { type DeployOptions, deploy } from "./deploy.ts";

export type PageResult = { status: number; body: string; headers: Map<string, string> };

/** The local cloud's pages over a deployment, requested as a browser does. */
export async function pages(Resources: Template["Resources"], options: DeployOptions = {}) {
  const cloud = await deploy(Resources, options);
  const logStore = createLogStore();
  const stopping = new AbortController();
  const scheduler = createScheduler(cloud.declared.schedules);
  const running = {
    ...cloud,
    logStore,
    scheduler,
    root: "/nowhere",
    refused: [],
    reload: undefined,
    stopping: stopping.signal,
  };

  async function raw(
    target: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<FrontResponse> {
    const [path = "", query = ""] = target.split("?");
    const lists = Object.entries({ host: "127.0.0.1:3000", accept: "text/html", ...headers });
    return serveLocal(
      {
        method,
        path: `/_local${path}`,
        query,
        headers: new Map(lists.map(([name, value]) => [name, [value]])),
        ip: "127.0.0.1",
        body: Buffer.alloc(0),
      },
      running,
    );
  }
  const ask = async (...given: Parameters<typeof raw>): Promise<PageResult> => {
    const { status, body, headers } = await raw(...given);
    return { status, body: String(body), headers: new Map(headers) };
  };
  return { ...cloud, logStore, raw, ask, stop: () => stopping.abort() };
}
