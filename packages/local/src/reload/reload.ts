import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CodeReloadOptions, createCodeReload } from "./code.ts";
import type { ReloadProblem } from "./problems.ts";
import type { SiteServer } from "./site-server.ts";
import { watchInputs } from "./watch.ts";

/** Reloads a running cloud when its sources change. */
export type Reload = {
  /** Changed files that need an update. */
  outdated(): string[];
  problems(): ReloadProblem[];
  /** Whether an update is running. */
  updating(): boolean;
  /** Synthesizes and updates the stacks in place. A second call waits for the first. */
  update(): Promise<void>;
  close(): void;
};

export type ReloadOptions = Omit<CodeReloadOptions, "siteChanged"> & {
  site: SiteServer;
  /** Updates the stacks. @throws Error with what the developer has to fix. */
  apply(): Promise<void>;
  /** How the developer starts an update, for the log. */
  howToUpdate: string;
};

const TEMPLATES = "the templates";

/** Time until the change of a file that was just saved is noticed. */
const LATENCY_MILLISECONDS = 100;

/**
 * Changed code runs at once. Changes to templates and migrations may change data, so they wait until the
 * developer starts an update.
 */
export function startReload(options: ReloadOptions): Reload {
  const { root, log, problems, site, apply, howToUpdate } = options;
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
    if (rest.length > 0) log(`changed: ${rest.join(", ")} (${howToUpdate})`);
    if (ofCode.length > 0) code.changed(ofCode);
  });

  async function update(): Promise<void> {
    await sleep(LATENCY_MILLISECONDS);
    // Later changes belong to the next update.
    const taken = [...outdated];
    for (const file of taken) outdated.delete(file);
    try {
      await code.idle();
      await apply();
      problems.clear(TEMPLATES);
      site.stop(); // the update has published it
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

/** Whether it is code of a function or package. All other inputs decide templates or tables. */
const isCode = (file: string) => ["functions", "packages"].includes(file.split(path.sep)[0] ?? "");
