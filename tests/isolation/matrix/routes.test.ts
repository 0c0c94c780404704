import { expect, it } from "vitest";
import { attackRoutes } from "./matrix.ts";
import { summaryOf } from "./summary.ts";
import { pooled, testApiOver } from "./test-api.ts";

it("no route tells, gives or changes anything of another tenant's, with any credential and any input", async () => {
  const report = await attackRoutes(testApiOver(await pooled()));
  console.log(summaryOf(report));
  expect(report.violations).toEqual([]);
}, 120_000);
