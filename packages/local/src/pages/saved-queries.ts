import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * A query of the product for these pages, one file in FOLDER. The local cloud itself knows no table of the
 * product.
 *
 * The first line is a comment with the title; further comment lines are the description. `$1`, if present,
 * is the tenant to show: text, or null for all.
 */
export type SavedQuery = {
  name: string;
  title: string;
  description: string;
  sql: string;
  /** Whether it can be narrowed to a tenant. */
  byTenant: boolean;
};

export const FOLDER = path.join("infra", "local");

export function savedQueries(root: string): SavedQuery[] {
  return sqlFiles(path.join(root, FOLDER)).map((file) => {
    const sql = readFileSync(file, "utf8");
    const [, comment = ""] = /^((?:--.*\n)*)/.exec(sql) ?? [];
    const [title = "", ...description] = comment.split("\n").map((line) => line.slice(2).trim());
    const name = path.basename(file, ".sql");
    return {
      name,
      title: title || name,
      description: description.join(" ").trim(),
      sql,
      byTenant: sql.includes("$1"),
    };
  });
}

function sqlFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
    return names.sort().map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
