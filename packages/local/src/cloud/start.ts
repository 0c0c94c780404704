import type { SitePreview } from "../front/site-preview.ts";
import { createLogStore } from "../lambda/log-store.ts";
import { onKey } from "../reload/keys.ts";
import { createProblems } from "../reload/problems.ts";
import { startReload } from "../reload/reload.ts";
import { createSiteServer } from "../reload/site-server.ts";
import { noDeclarations } from "../resources/cloud.ts";
import type { CloudState } from "./cloud-state.ts";
import { deploy } from "./deploy.ts";
import { startFunctions } from "./functions.ts";
import { acquireHostResources, type StartContext } from "./host-resources.ts";
import type { CloudOptions } from "./options.ts";
import { startRuntime } from "./runtime.ts";
import { openTraffic } from "./traffic.ts";
import { update } from "./update.ts";

/**
 * Runs a synthesized CDK app and reloads it when its sources change. Resolves with the front door's URL
 * when it serves.
 *
 * @throws StartError for what the developer can fix: a port, a folder, a template.
 */
export async function startCloud(options: CloudOptions, context: StartContext): Promise<string> {
  const { root } = options;
  const { log, closers, signal } = context;
  const host = await acquireHostResources(options, context);
  const runtime = await startRuntime(root, host, context);
  const state: CloudState = { declared: noDeclarations(), refused: [], reload: undefined };
  const logStore = createLogStore();
  const fleet = await startFunctions(host, runtime, state, logStore, context);

  const site: SitePreview = { handle: undefined };
  const deployment = { ...host, ...runtime, fleet, site, log };
  await deploy(runtime.stacks, { ...deployment, declared: state.declared });
  const traffic = openTraffic({ ...deployment, root, state, logStore, closers });

  const updateOptions = { ...runtime, root, state, fleet, deployment, traffic, signal };
  state.reload = startReload({
    ...host,
    root,
    fleet,
    log,
    signal,
    problems: createProblems(log),
    site: createSiteServer({
      root,
      cache: host.home.at("site-sources"),
      site,
      log,
      started: () => fleet.reduceIdleTime(),
    }),
    apply: () => update(updateOptions),
    howToUpdate: process.stdin.isTTY ? "press r to apply it" : "apply it at /_local",
  });
  closers.add(state.reload.close);
  onKey("r", state.reload.update);
  return host.front.url;
}
