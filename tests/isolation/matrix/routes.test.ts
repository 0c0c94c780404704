import { expect, it } from "vitest";
import { houseOver, pooled } from "./house.ts";
import { attackRoutes } from "./matrix.ts";
import { summaryOf } from "./summary.ts";

it("no route tells, gives or changes anything of another tenant's, whoever asks and however", async () => {
  const report = await attackRoutes(houseOver(await pooled()));
  console.log(summaryOf(report));
  expect(report.violations).toEqual([]);
}, 120_000);
