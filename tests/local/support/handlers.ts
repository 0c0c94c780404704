import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inject, onTestFinished } from "vitest";

/** A folder that is removed after the test, or after the file with `afterAll`. */
export function temporaryFolder(over: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(path.join(inject("scratch"), "local-cloud-"));
  over(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Writes a function's bundle, as esbuild would, and returns its folder. */
export function bundle(code: string, folder = temporaryFolder()): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "index.mjs"), code);
  return folder;
}
