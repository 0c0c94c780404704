import type { SiteSources } from "../front/from-sources.ts";
import { createJournal } from "../lambda/journal.ts";
import type { Options } from "../options.ts";
import { onKey } from "../reload/keys.ts";
import { createProblems } from "../reload/problems.ts";
import { startReload } from "../reload/reload.ts";
import { createSiteServer } from "../reload/site-server.ts";
import { nothingDeclared } from "../resources/cloud.ts";
import { deploy } from "./deploy.ts";
import { startFunctions } from "./functions.ts";
import { type Around, takeGround } from "./ground.ts";
import type { Live } from "./live.ts";
import { startMachinery } from "./machinery.ts";
import { openTraffic } from "./traffic.ts";
import { update } from "./update.ts";

/**
 * Runs a synthesized CDK app, and follows its sources. Resolves with the front door's URL when it
 * serves.
 *
 * @throws StartError for what a person can mend: a port, a folder, a template.
 */
export async function startCloud(options: Options, around: Around): Promise<string> {
  const { root } = options;
  const { say, closers, signal } = around;
  const ground = await takeGround(options, around);
  const machinery = await startMachinery(root, ground, around);
  const live: Live = { declared: nothingDeclared(), refused: [], reload: undefined };
  const journal = createJournal();
  const fleet = await startFunctions(ground, machinery, live, journal, around);

  const site: SiteSources = { serve: undefined };
  const deployment = { ...ground, ...machinery, fleet, site, say };
  await deploy(machinery.stacks, { ...deployment, declared: live.declared });
  const { turn } = openTraffic({ ...deployment, root, live, journal, closers });

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
