import { defineConfig } from "vitest/config";

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: "forks",
  // Much of a test is waiting, for PostgreSQL or for a process: two a core.
  maxWorkers: 4,
} as const;

/** They set environments, capture the console, or clean up when their process ends. */
const ALONE = [
  "tests/jobs/{bell,hide}.test.ts",
  "tests/auth/{handler,log}.test.ts",
  "tests/aws/**",
];

export default defineConfig({
  test: {
    ...shared,
    globalSetup: ["tests/support/server.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "database",
          include: ["tests/{db,isolation,routes,jobs,auth}/**/*.test.ts"],
          exclude: ALONE,
          // One process after the other would import the same modules anew for each file.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: "process",
          include: ["tests/{infra,local,e2e}/**/*.test.ts", ...ALONE],
        },
      },
    ],
  },
});
