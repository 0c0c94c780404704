import type { FunctionName } from "./bundle.ts";
import { bundles } from "./bundles.ts";
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
