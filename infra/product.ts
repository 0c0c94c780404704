import { bundle, FUNCTION_NAMES, type FunctionName } from "./bundle.ts";
import { companionsOf } from "./companions.ts";
import { consoleFiles } from "./site/console.ts";
import type { Site } from "./site/site.ts";

/** What the stacks deploy. The tests give a fixture instead, and are fast. */
export interface Product {
  /** The folder with a function's code. */
  readonly codeOf: (name: FunctionName) => string;
  readonly site: Site;
}

/** The product of this repository: the console built and the functions bundled, side by side. */
export async function product(): Promise<Product> {
  const building = consoleFiles();
  const [site, folders] = await Promise.all([building, bundles(() => building)]);
  return { site, codeOf: (name) => folders.get(name) as string };
}

/** One after the other: esbuild uses every processor for one. */
async function bundles(site: () => Promise<Site>): Promise<Map<FunctionName, string>> {
  const folders = new Map<FunctionName, string>();
  for (const name of FUNCTION_NAMES) {
    const companions = await companionsOf(name, site);
    folders.set(name, await bundle({ name, companions }));
  }
  return folders;
}
