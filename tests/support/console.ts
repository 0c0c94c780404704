import { consoleFiles } from "../../infra/build/console.ts";

/**
 * The console built before anybody needs it: test files that synthesize at the same time would build it
 * over each other.
 */
export default async function setup() {
  await consoleFiles();
}
