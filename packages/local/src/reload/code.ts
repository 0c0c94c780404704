import path from "node:path";
import type { Home } from "../home/home.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import { hasSameFiles, removeUnused } from "./folders.ts";
import type { Problems } from "./problems.ts";
import { type BundleResult, rebundle } from "./rebundle.ts";

export type CodeReloadOptions = {
  root: string;
  home: Home;
  fleet: Fleet;
  problems: Problems;
  log(line: string): void;
  /** Called with changed files of the site. */
  siteChanged(files: readonly string[]): void;
  signal: AbortSignal;
};

/** The subject of a failure before any function could be bundled. */
const BUNDLER = "the bundles";

/**
 * Runs functions from new bundles when their files change. When a bundle fails, queues and schedules keep
 * the last good code, so that a typing error does not use up the attempts of their messages; HTTP requests
 * get the error.
 */
export function createCodeReload(options: CodeReloadOptions) {
  const { root, home, fleet, problems, log, siteChanged } = options;
  const live = home.at("live");
  const waiting = new Set<string>();
  let interrupt = new AbortController();
  let working: Promise<void> | undefined;

  const functionsOf = (label: string) =>
    fleet.all().filter(({ definition }) => definition.label === label);

  /** The functions that were called last come first: the developer is looking at them. */
  const byLastCall = () =>
    fleet
      .all()
      .toSorted((left, right) => right.stats().lastInvokedAt - left.stats().lastInvokedAt)
      .map(({ definition }) => definition.label);

  async function work(): Promise<void> {
    while (waiting.size > 0 && !options.signal.aborted) {
      const files = [...waiting];
      waiting.clear();
      interrupt = new AbortController();
      try {
        await bundleChanged(files, AbortSignal.any([options.signal, interrupt.signal]));
        problems.clear(BUNDLER);
      } catch (error) {
        // Interrupted by a newer change: the next round includes these files.
        if (interrupt.signal.aborted) for (const file of files) waiting.add(file);
        else if (!options.signal.aborted) problems.set(BUNDLER, (error as Error).message);
      }
    }
  }

  async function bundleChanged(files: readonly string[], signal: AbortSignal): Promise<void> {
    const started = performance.now();
    removeUnused(live, fleet);
    const outdir = path.join(live, String(Date.now()));
    const pending = new Map<string, () => void>();

    function onPlan({ names, site }: { names: string[]; site: string[] }): void {
      if (site.length > 0) siteChanged(site);
      for (const name of names) {
        const { promise, resolve } = Promise.withResolvers<void>();
        pending.set(name, resolve);
        for (const each of functionsOf(name)) each.rebundling = promise;
      }
    }

    function onResult(result: BundleResult): void {
      const took = ((performance.now() - started) / 1000).toFixed(1);
      const changed = functionsOf(result.name).filter((each) => apply(each, result));
      if (changed.length > 0) log(`reloaded ${result.name} in ${took} s`);
      pending.get(result.name)?.();
      for (const each of functionsOf(result.name)) each.rebundling = undefined;
    }

    try {
      const compileCache = home.at("rebundle-cache");
      const first = byLastCall();
      await rebundle({ root, outdir, files, first, compileCache, signal, onPlan, onResult });
    } finally {
      for (const resolve of pending.values()) resolve();
    }
  }

  /** @returns whether the function's code changed */
  function apply(function_: LambdaFunction, result: BundleResult): boolean {
    if ("error" in result) {
      function_.problem = result.error;
      problems.set(result.name, result.error);
      return false;
    }
    function_.problem = undefined;
    problems.clear(result.name);
    const { definition } = function_;
    if (hasSameFiles(result.folder, definition.codeFolder)) return false;
    fleet.define({ ...definition, codeFolder: result.folder });
    return true;
  }

  return {
    /** @param files relative to the root */
    changed(files: readonly string[]): void {
      for (const file of files) waiting.add(file);
      interrupt.abort();
      working ??= work().finally(() => {
        working = undefined;
      });
    },
    /** Resolves when no bundle is being made. */
    idle: async () => working,
  };
}
