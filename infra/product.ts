import { Code } from "aws-cdk-lib/aws-lambda";
import { bundle, type FunctionName } from "./bundle.ts";
import { companionsOf } from "./companions.ts";
import { consoleFiles } from "./site/console.ts";
import type { Site } from "./site/site.ts";

/** Gives the code of a function. */
export type CodeOf = (name: FunctionName) => Code;

/** What the stacks deploy. The tests give a fixture instead, and are fast. */
export interface Product {
  readonly codeOf: CodeOf;
  readonly site: Site;
}

/** The product of this repository: the functions bundled, the console built. */
export function product(): Product {
  const site = consoleFiles();
  return {
    site,
    codeOf: (name) => Code.fromAsset(bundle({ name, companions: companionsOf(name, () => site) })),
  };
}
