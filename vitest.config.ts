import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // What is waited for comes at once, and late on a machine that has other things to do.
  expect: { poll: { timeout: 15_000 } },
  pool: "forks",
  execArgv: ["--import", new URL("tests/support/drizzle.ts", import.meta.url).href],
  // Much of a test is waiting, for PostgreSQL or for a process: two a core.
  maxWorkers: 4,
} as const;

/** They set environments, capture the console, replace modules, or clean up when their process ends. */
const ALONE = [
  "tests/isolation/{exits,holes}/exits.test.ts",
  "tests/jobs/{hide,notifier}.test.ts",
  "tests/auth/{handler,log}.test.ts",
  "tests/aws/**",
];

/**
 * `npm run test:acceptance`: what starts the whole product, kills it, clicks through it, builds it once more
 * elsewhere, moves a tenant under load, attacks every route once more in a second database, or loads every rule that
 * CloudFormation has. Ten files with a third of the processor time of all tests.
 */
const ACCEPTANCE = [
  "tests/e2e/**/*.test.ts",
  "tests/hostile/{killed,missing}.test.ts",
  "tests/console/{dist,story}.test.ts",
  "tests/infra/{clones,lint,validator}.test.ts",
  "tests/isolation/matrix/dedicated.test.ts",
  "tests/move/live.test.ts",
];

/** They need the CDK's library, which takes seconds to load, and stages, which take as long to build. */
const STACKS = ["tests/infra/**/*.test.ts", "tests/local/product.test.ts"];

/**
 * What takes longest begins first, so that nothing long is left over when everything else is done. The
 * stacks come when two workers have something else to do, so that no more than two load the CDK.
 */
const LONG = [
  "tests/e2e/", // its first start is the one that the console's and the hostile tests wait for
  "tests/infra/clones",
  "tests/local/run",
  "tests/infra/compliance",
  "tests/infra/",
  "tests/local/product",
  "tests/console/",
  "tests/hostile/",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((part) => moduleId.includes(part));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    ...shared,
    sequence: { sequencer: LongestFirst },
    globalSetup: ["tests/support/server.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "database",
          include: ["tests/{db,isolation,placement,routes,jobs,auth,move}/**/*.test.ts"],
          exclude: [...ALONE, ...ACCEPTANCE],
          // One process after the other would import the same modules anew for each file.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: "local",
          include: ["tests/local/**/*.test.ts"],
          exclude: STACKS,
          isolate: false,
        },
      },
      {
        test: { ...shared, name: "infra", include: STACKS, exclude: ACCEPTANCE, isolate: false },
      },
      {
        test: {
          ...shared,
          name: "process",
          include: ["tests/{hostile,telemetry,console}/**/*.test.ts", ...ALONE],
          exclude: ACCEPTANCE,
        },
      },
      {
        test: {
          ...shared,
          // Minutes, and not seconds: four of them share two processors with whatever else a machine does.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000 } },
          name: "acceptance",
          include: ACCEPTANCE,
          globalSetup: ["tests/support/console.ts"],
        },
      },
    ],
  },
});
