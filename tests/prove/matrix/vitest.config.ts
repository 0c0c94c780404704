import { defineConfig } from "vitest/config";

/** The attack matrix as a proof of its own, over the database server that the tests start. */
export default defineConfig({
  test: {
    root: ".",
    include: ["tests/prove/matrix/matrix.proof.ts"],
    globalSetup: ["tests/support/server.ts"],
    reporters: ["dot"],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
