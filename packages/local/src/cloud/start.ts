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
 * Runs a synthesized CDK app, and follows its sources. Resolves with the front door's URL when it
 * serves.
 *
 * @throws StartError for what a person can mend: a port, a folder, a template.
 */
export async function startCloud(options: CloudOptions, around: StartContext): Promise<string> {
  const { root } = options;
  const { say, closers, signal } = around;
  const ground = await acquireHostResources(options, around);
  const machinery = await startRuntime(root, ground, around);
  const live: CloudState = { declared: noDeclarations(), refused: [], reload: undefined };
  const logStore = createLogStore();
  const fleet = await startFunctions(ground, machinery, live, logStore, around);

  const site: SitePreview = { serve: undefined };
  const deployment = { ...ground, ...machinery, fleet, site, say };
  await deploy(machinery.stacks, { ...deployment, declared: live.declared });
  const { turn } = openTraffic({ ...deployment, root, live, logStore, closers });

  const updating = { ...machinery, root, live, fleet, deployment, turn, signal };
  live.reload = startReload({
    ...ground,
    root,
    fleet,
    say,
    signal,
    problems: createProblems(say),
    site: createSiteServer({
      root,
      cache: ground.home.at("site-sources"),
      site,
      say,
      started: () => fleet.makeRoom(),
    }),
    apply: () => update(updating),
    howToUpdate: process.stdin.isTTY ? "press r to apply it" : "apply it at /_local",
  });
  closers.add(live.reload.close);
  onKey("r", live.reload.update);
  return ground.front.url;
}
