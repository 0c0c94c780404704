import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { splitStatements } from "./split.ts";

export type Migration = {
  /** `0001_roles.sql`. */
  name: string;
  /** sha256 of the file, in hex. */
  checksum: string;
  statements: string[];
};

const NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

/**
 * Reads a folder of migrations in the order of their numbers.
 *
 * @throws Error for a name that is not `0001_words.sql`, a number that is missing or given twice,
 * and a script that can't be split.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name, index) => {
      if (!NAME.test(name)) throw new Error(`${name} must be named like 0001_words.sql.`);
      if (Number(name.slice(0, 4)) !== index + 1) {
        throw new Error(`${name} should have the number ${index + 1}: numbers follow each other.`);
      }
      const text = await readFile(path.join(folder, name), "utf8");
      const checksum = createHash("sha256").update(text).digest("hex");
      return { name, checksum, statements: splitStatements(text) };
    }),
  );
}
