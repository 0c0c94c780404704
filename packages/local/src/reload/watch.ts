import { existsSync, type FSWatcher, readdirSync, watch } from "node:fs";
import path from "node:path";
import { INPUTS, isRead } from "../synth/inputs.ts";

export type InputWatcher = { close(): void };

/** An editor writes a file in several steps, and a checkout writes many files. */
const QUIET_MILLISECONDS = 40;

/**
 * Reports changed inputs of a synth, as paths relative to the root, after a short pause. Each folder is
 * watched on its own, because a recursive watch would include every node_modules.
 */
export function watchInputs(root: string, changed: (files: string[]) => void): InputWatcher {
  const folders = new Map<string, FSWatcher>();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function note(file: string): void {
    waiting.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...waiting].sort();
      waiting.clear();
      changed(files);
    }, QUIET_MILLISECONDS);
  }

  function seen(file: string): void {
    if (!isRead(file)) return;
    const isKnown = folders.has(file);
    if (isKnown && existsSync(path.join(root, file))) return; // its own watcher reports it
    if (isKnown) forget(file);
    if (!watchTree(file, true)) note(file);
  }

  /**
   * Watches a folder and those below it.
   *
   * @param isNew its files count as changed, because they were not watched before
   * @returns whether it is a folder
   */
  function watchTree(folder: string, isNew: boolean): boolean {
    const entries = isRead(folder) && entriesOf(path.join(root, folder));
    if (!entries) return false;
    const watcher = watch(path.join(root, folder), (_, name) => {
      if (name) seen(path.join(folder, name));
    });
    watcher.on("error", () => forget(folder));
    folders.set(folder, watcher);
    for (const entry of entries) {
      const below = path.join(folder, entry.name);
      if (entry.isDirectory()) watchTree(below, isNew);
      else if (isNew && isRead(below)) note(below);
    }
    return true;
  }

  function forget(folder: string): void {
    for (const [watched, watcher] of folders) {
      if (watched !== folder && !watched.startsWith(`${folder}${path.sep}`)) continue;
      watcher.close();
      folders.delete(watched);
    }
  }

  const files = INPUTS.filter((input) => !watchTree(input, false));
  // Inputs that are files at the root: watching the root reports other entries as well.
  const atRoot = watch(root, (_, name) => {
    if (name && files.includes(name)) note(name);
  });

  return {
    close() {
      clearTimeout(timer);
      atRoot.close();
      for (const watcher of folders.values()) watcher.close();
    },
  };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined; // a file, or gone
  }
}
