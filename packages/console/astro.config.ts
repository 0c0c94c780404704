import { defineConfig } from "astro/config";
import solid from "vite-plugin-solid";

/**
 * Static pages that load their scripts and styles from files and from nowhere else, because the
 * content security policy allows nothing inline: Astro's own islands bootstrap themselves with an
 * inline script, so here a page's island is an ordinary module script that mounts itself.
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
