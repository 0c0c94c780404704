import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// `node infra/site/serve.ts PORT CACHE`, from the repository's root: shows the console from its sources
// on 127.0.0.1, as the local cloud does while somebody works on it. CACHE is a folder for what it makes of
// the dependencies; two servers need two. It writes `ready` when it serves, and ends with its standard
// input: nobody leaves it behind.

process.stdin.on("end", () => process.exit(0)).resume();

const [, , port, cacheDir] = process.argv;
const root = join(process.cwd(), "packages/console");
const { resolve } = createRequire(join(root, "package.json"));
const { dev } = await import(pathToFileURL(resolve("astro")).href);

await dev({
  root,
  logLevel: "error",
  server: { host: "127.0.0.1", port: Number(port) },
  // No socket of its own: the page's policy has room for none, and the front door hands none on.
  vite: {
    cacheDir,
    server: { hmr: false, ws: false, strictPort: true },
    // Bundled before anybody asks: one found later would have to tell the page over that socket.
    optimizeDeps: { include: ["openapi-fetch"] },
  },
});
console.log("ready");
