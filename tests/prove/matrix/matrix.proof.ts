import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { tasks } from "../../../functions/worker/tasks.ts";
import { attackJobs } from "../../isolation/matrix/jobs.ts";
import { attackRoutes } from "../../isolation/matrix/matrix.ts";
import { summaryOf } from "../../isolation/matrix/summary.ts";
import { pooled, testApiOver } from "../../isolation/matrix/test-api.ts";

// Run by `npm run prove matrix`, which says where the report goes.
const file = String(process.env.MATRIX_REPORT);

it("no route and no job tells, gives or changes anything of another tenant's", async () => {
  const routes = await attackRoutes(testApiOver(await pooled()));
  const jobs = await attackJobs(testApiOver(await pooled()), tasks);
  const violations = [...routes.violations, ...jobs.violations];
  const report = {
    holds: violations.length === 0,
    routes: routes.cells,
    jobs: jobs.attacks,
    violations,
  };
  await writeFile(file, `${JSON.stringify(report, null, 1)}\n`);
  // Not through the console, which the reporter would frame.
  process.stdout.write(
    `${summaryOf({ cells: routes.cells, violations })}\n${jobs.attacks} attacks on jobs and tokens.\n`,
  );
  expect(violations).toEqual([]);
});
