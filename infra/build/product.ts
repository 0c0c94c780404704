import type { FunctionName } from "../functions.ts";
import type { Site } from "../site/site.ts";
import { bundles } from "./bundles.ts";
import { consoleFiles } from "./console.ts";

/** What the stacks deploy. */
export interface Product {
  /** The folder with a function's code. */
  readonly codeOf: (name: FunctionName) => string;
  readonly site: Site;
}

/** The product of this repository: the console built and the functions bundled, at the same time. */
export async function buildProduct(): Promise<Product> {
  const building = consoleFiles();
  const [site, folders] = await Promise.all([building, bundles(() => building)]);
  return { site, codeOf: (name) => folders.get(name) as string };
}
