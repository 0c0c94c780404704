import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// `node infra/site/serve.ts PORT`, from the repository's root: shows the console from its sources on
// 127.0.0.1, as the local cloud does while somebody works on it. It writes `ready` when it serves, and
// ends with its standard input: nobody leaves it behind.

process.stdin.on("end", () => process.exit(0)).resume();

const [, , port] = process.argv;
const root = join(process.cwd(), "packages/console");
const { resolve } = createRequire(join(root, "package.json"));
const { dev } = await import(pathToFileURL(resolve("astro")).href);

await dev({
  root,
  logLevel: "error",
  server: { host: "127.0.0.1", port: Number(port) },
  // No socket of its own: the page's policy has room for none, and the front door hands none on.
  vite: { server: { hmr: false, ws: false, strictPort: true } },
});
console.log("ready");
