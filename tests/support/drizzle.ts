import { registerHooks } from "node:module";

/**
 * Loads Drizzle in a tenth of the time, in every process of the tests.
 *
 * To learn that a file is a module, Node looks into the manifest of its package, and reads all of it anew
 * for each file. Drizzle's has 180 kB, and 150 files are loaded: a second of processor time. All of them
 * are modules.
 */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (specifier.startsWith(".") && parentURL?.includes("/node_modules/drizzle-orm/")) {
      const { href } = new URL(specifier, parentURL);
      if (href.endsWith(".js")) return { url: href, format: "module", shortCircuit: true };
    }
    return next(specifier, context);
  },
});
