import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { SynthError } from "./synth-error.ts";

/** What a synth writes into a checkout, beside its output: the bundles and the console's build. */
const FOLDERS = ["dist", "packages/console"];

/** @throws SynthError for a checkout that a synth can't write its bundles into. */
export function requireWritable(root: string): void {
  for (const folder of FOLDERS) {
    const path = join(root, folder);
    try {
      if (!existsSync(path)) mkdirSync(path);
      accessSync(`${path}/.`, constants.W_OK); // the dot: a file of this name is no folder
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new SynthError(
        `A synth writes into ${path}, and can't (${code}). Make the checkout ` +
          "writable for this user, or copy it to a place that is.",
        { cause: error },
      );
    }
  }
}
