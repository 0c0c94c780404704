import { consoleFiles } from "../../infra/build/console.ts";

/**
 * Builds the console before the tests: test files that synthesize at the same time would build it
 * over each other.
 */
export default async function setup() {
  await consoleFiles();
}
