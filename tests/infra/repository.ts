import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FUNCTION_NAMES } from "../../infra/functions.ts";
import { scratch } from "./support.ts";

/** A repository with a minimal version of every function. The API and the worker share a package. */
export function smallRepository() {
  const root = mkdtempSync(join(scratch, "repository-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const name of FUNCTION_NAMES) {
    const shares = ["api", "worker"].includes(name);
    const shared = shares ? 'import { shared } from "../../packages/core/index.ts";' : "";
    write(
      `functions/${name}/index.ts`,
      `${shared}\nexport const handler = () => ${shares && "shared"};`,
    );
  }
  write("packages/core/index.ts", 'export * from "./shared.ts";');
  write("packages/core/shared.ts", "export const shared = 1;");
  write("migrations/0001_first.sql", "select 1;");
  write("package.json", JSON.stringify({ workspaces: ["packages/console"] }));
  write("package-lock.json", "{}");
  const scripts = { build: "mkdir dist && cp page dist/index.html && cp page dist/404.html" };
  write("packages/console/package.json", JSON.stringify({ name: "@bulkhead/console", scripts }));
  write("packages/console/page", "<p>");
  return { root, write };
}
