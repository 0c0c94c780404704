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
  say(line: string): void;
  /** The site is made from one of these files. */
  siteChanged(files: readonly string[]): void;
  signal: AbortSignal;
};

/** What failed before any function could be bundled. */
const BUNDLER = "the bundles";

/**
 * Runs functions from new bundles when their files change. A bundle that can't be made leaves the last
 * good code in its place for queues and schedules, whose messages must not burn their tries for a
 * typing error, and is told to whoever asks over HTTP.
 */
export function createCodeReload(options: CodeReloadOptions) {
  const { root, home, fleet, problems, say, siteChanged } = options;
  const live = home.at("live");
  const waiting = new Set<string>();
  let interrupt = new AbortController();
  let working: Promise<void> | undefined;

  const named = (name: string) => fleet.all().filter(({ definition }) => definition.label === name);

  /** The functions that were called last come first: somebody looks at them. */
  const first = () =>
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
        await round(files, AbortSignal.any([options.signal, interrupt.signal]));
        problems.mended(BUNDLER);
      } catch (error) {
        // A newer change came: what is left of this one is made with it.
        if (interrupt.signal.aborted) for (const file of files) waiting.add(file);
        else if (!options.signal.aborted) problems.set(BUNDLER, (error as Error).message);
      }
    }
  }

  async function round(files: readonly string[], signal: AbortSignal): Promise<void> {
    const started = performance.now();
    removeUnused(live, fleet);
    const outdir = path.join(live, String(Date.now()));
    const coming = new Map<string, () => void>();

    function begun({ names, site }: { names: string[]; site: string[] }): void {
      if (site.length > 0) siteChanged(site);
      for (const name of names) {
        const { promise, resolve } = Promise.withResolvers<void>();
        coming.set(name, resolve);
        for (const each of named(name)) each.coming = promise;
      }
    }

    function made(one: BundleResult): void {
      const took = ((performance.now() - started) / 1000).toFixed(1);
      const renewed = named(one.name).filter((each) => take(each, one));
      if (renewed.length > 0) say(`reloaded ${one.name} in ${took} s`);
      coming.get(one.name)?.();
      for (const each of named(one.name)) each.coming = undefined;
    }

    try {
      const compileCache = home.at("rebundle-cache");
      await rebundle({ root, outdir, files, first: first(), compileCache, signal, begun, made });
    } finally {
      for (const arrive of coming.values()) arrive();
    }
  }

  /** @returns whether the function's code is another by now */
  function take(function_: LambdaFunction, one: BundleResult): boolean {
    if ("error" in one) {
      function_.problem = one.error;
      problems.set(one.name, one.error);
      return false;
    }
    function_.problem = undefined;
    problems.mended(one.name);
    const { definition } = function_;
    if (hasSameFiles(one.folder, definition.codeFolder)) return false;
    fleet.define({ ...definition, codeFolder: one.folder });
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
    /** Resolves when nothing is being made. */
    settled: async () => working,
  };
}
