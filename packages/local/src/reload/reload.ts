import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CodeReloadOptions, createCodeReload } from "./code.ts";
import type { ReloadProblem } from "./problems.ts";
import type { SiteServer } from "./site-server.ts";
import { watchInputs } from "./watch.ts";

/** What makes a running cloud follow its sources. */
export type Reload = {
  /** Changed files that wait for an update. */
  outdated(): string[];
  problems(): ReloadProblem[];
  /** An update runs. */
  updating(): boolean;
  /** Synthesizes and brings everything up to date in place. A second call waits for the first. */
  update(): Promise<void>;
  close(): void;
};

export type ReloadOptions = Omit<CodeReloadOptions, "siteChanged"> & {
  site: SiteServer;
  /** Brings the stacks up to date. @throws Error with what a person has to mend. */
  apply(): Promise<void>;
  /** How a person asks for an update. */
  howToUpdate: string;
};

const TEMPLATES = "the templates";

/** Until a file that was saved just before is known to have changed. */
const LATENCY_MILLISECONDS = 100;

/**
 * Follows the sources: changed code runs at once, and whatever decides templates and tables waits
 * until somebody asks for it, because it may change data.
 */
export function startReload(options: ReloadOptions): Reload {
  const { root, say, problems, site, apply, howToUpdate } = options;
  const outdated = new Set<string>();
  let updating: Promise<void> | undefined;
  const code = createCodeReload({
    ...options,
    siteChanged(files) {
      for (const file of files) outdated.add(file);
      site.start();
    },
  });

  const watch = watchInputs(root, (files) => {
    const ofCode = files.filter(isCode);
    const rest = files.filter((file) => !isCode(file));
    for (const file of rest) outdated.add(file);
    if (rest.length > 0) say(`changed: ${rest.join(", ")} (${howToUpdate})`);
    if (ofCode.length > 0) code.changed(ofCode);
  });

  async function update(): Promise<void> {
    await sleep(LATENCY_MILLISECONDS);
    // What changes from here on is for the next one.
    const taken = [...outdated];
    for (const file of taken) outdated.delete(file);
    try {
      await code.settled();
      await apply();
      problems.mended(TEMPLATES);
      site.stop(); // it is in its bucket
    } catch (error) {
      for (const file of taken) outdated.add(file);
      problems.set(TEMPLATES, (error as Error).message);
    }
  }

  return {
    outdated: () => [...outdated].sort(),
    problems: problems.list,
    updating: () => updating !== undefined,
    update() {
      updating ??= update().finally(() => {
        updating = undefined;
      });
      return updating;
    },
    close() {
      watch.close();
      site.stop();
    },
  };
}

/** A function's own, or a package's. What else a synth reads decides the templates, or the tables. */
const isCode = (file: string) => ["functions", "packages"].includes(file.split(path.sep)[0] ?? "");
