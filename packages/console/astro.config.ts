import { defineConfig } from "astro/config";
import solid from "vite-plugin-solid";

/**
 * Static pages. The content security policy forbids inline scripts and styles, and Astro's own islands
 * start with an inline script. So an island here is a module script that mounts itself.
 */
export default defineConfig({
  output: "static",
  trailingSlash: "ignore",
  build: { format: "directory", inlineStylesheets: "never" },
  devToolbar: { enabled: false },
  vite: {
    plugins: [solid()],
    build: { assetsInlineLimit: 0, target: "es2022" },
  },
});
