import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { SynthError } from "../synth-error.ts";

/** The folders of a checkout that a synth writes to, beside its output: the bundles and the console's build. */
const FOLDERS = ["dist", "packages/console"];

/** @throws SynthError for a checkout that a synth can't write its bundles to. */
export function requireWritable(root: string): void {
  for (const folder of FOLDERS) {
    const path = join(root, folder);
    try {
      if (!existsSync(path)) mkdirSync(path);
      accessSync(`${path}/.`, constants.W_OK); // the dot: fails with ENOTDIR when the path is a file
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new SynthError(
        `A synth writes into ${path}, and can't (${code}). Make the checkout ` +
          "writable for this user, or copy it to a folder that is.",
        { cause: error },
      );
    }
  }
}
