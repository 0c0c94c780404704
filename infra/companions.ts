import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Companions, FunctionName } from "./bundle.ts";
import { migrationFiles } from "./migrations.ts";
import type { Site } from "./site/site.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** The files that lie beside a function's code. */
export async function companionsOf(
  name: FunctionName,
  site: () => Promise<Site>,
  root = ROOT,
): Promise<Companions> {
  if (name === "schema") return migrations(join(root, "migrations"));
  if (name === "site") return siteFiles(await site());
  return new Map();
}

const migrations = (folder: string): Companions =>
  new Map(
    migrationFiles(folder).map((path) => [`migrations/${basename(path)}`, readFileSync(path)]),
  );

const siteFiles = ({ folder, files }: Site): Companions =>
  new Map([
    ["site.json", Buffer.from(JSON.stringify(files))],
    ...files.map(({ key }): [string, Buffer] => [`site/${key}`, readFileSync(join(folder, key))]),
  ]);
