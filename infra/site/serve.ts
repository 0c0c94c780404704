import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// `node infra/site/serve.ts PORT CACHE`, from the repository's root: serves the console from its sources
// on 127.0.0.1. The local cloud runs it once a source of the console has changed. CACHE is a folder for
// bundled dependencies; two servers need two. It prints `ready` when it serves, and exits when its standard
// input ends, so it never outlives its parent.

process.stdin.on("end", () => process.exit(0)).resume();

const [, , port, cacheDir] = process.argv;
const root = join(process.cwd(), "packages/console");
const { resolve } = createRequire(join(root, "package.json"));
const { dev } = await import(pathToFileURL(resolve("astro")).href);

await dev({
  root,
  logLevel: "error",
  server: { host: "127.0.0.1", port: Number(port) },
  // No web socket: the page's Content-Security-Policy allows none, and the local distribution forwards none.
  vite: {
    cacheDir,
    server: { hmr: false, ws: false, strictPort: true },
    // Bundled at the start: a dependency found later makes Vite reload the page over the web socket.
    optimizeDeps: { include: ["openapi-fetch"] },
  },
});
console.log("ready");
