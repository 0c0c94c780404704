import { describe, expect, it } from "vitest";
import { tasks } from "../../../functions/worker/tasks.ts";
import { freshPair } from "../../support/dedicated.ts";
import { attackJobs } from "./jobs.ts";
import { attackRoutes } from "./matrix.ts";
import { type Layout, testApiOver, type Who } from "./test-api.ts";

/** Some in a database of their own, and the others at home. */
async function apart(residents: readonly Who[]): Promise<Layout> {
  const { home, dedicated, databases, placeTenant } = await freshPair();
  return {
    home,
    all: [home, dedicated],
    databases: (role) => databases(role),
    placeTenant: async ({ tenantId }, who) => {
      if (residents.includes(who)) await placeTenant(tenantId);
    },
  };
}

describe.each([
  ["in a database of its own", ["victim", "control"]],
  ["at home, by one who lives in a database of their own", ["attacker"]],
  [
    "in a database that it shares with the attacker",
    ["victim", "attacker", "control", "suspended"],
  ],
] as const)("a tenant %s", (_, residents) => {
  it("is out of reach for every route", { timeout: 300_000 }, async () => {
    const api = testApiOver(await apart(residents));
    const { violations } = await attackRoutes(api, {
      credentials: /^(other|removed).+session/,
    });
    expect(violations).toEqual([]);
  });
});

it("a job of a tenant in a database of its own is out of reach for others' tokens", {
  timeout: 300_000,
}, async () => {
  const { violations } = await attackJobs(testApiOver(await apart(["victim"])), tasks);
  expect(violations).toEqual([]);
});
