import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { FunctionName } from "../functions.ts";
import type { Site } from "../site/site.ts";
import type { Assets } from "./bundle.ts";
import { migrationFiles } from "./migrations.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The files that a function's bundle contains beside its code. */
export async function assetsOf(
  name: FunctionName,
  site: () => Promise<Site>,
  root = ROOT,
): Promise<Assets> {
  if (name === "schema") return migrations(join(root, "migrations"));
  if (name === "site") return siteFiles(await site());
  return new Map();
}

const migrations = (folder: string): Assets =>
  new Map(
    migrationFiles(folder).map((path) => [`migrations/${basename(path)}`, readFileSync(path)]),
  );

const siteFiles = ({ folder, files }: Site): Assets =>
  new Map([
    ["site.json", Buffer.from(JSON.stringify(files))],
    ...files.map(({ key }): [string, Buffer] => [`site/${key}`, readFileSync(join(folder, key))]),
  ]);
