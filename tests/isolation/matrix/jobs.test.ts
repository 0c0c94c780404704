import { defineJob, taskTable } from "@bulkhead/core/job";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { tasks } from "../../../functions/worker/tasks.ts";
import { redefine } from "../../support/mutation.ts";
import { attackJobs } from "./jobs.ts";
import { type Layout, pooled, testApiOver } from "./test-api.ts";

async function found(
  breaking: (layout: Layout) => Promise<unknown> = async () => {},
  table = tasks,
) {
  const layout = await pooled();
  await breaking(layout);
  return attackJobs(testApiOver(layout), table);
}

describe("a job", { timeout: 120_000 }, () => {
  it("reaches nothing of another tenant's, whatever its input or its token says", async () => {
    const { attacks, violations } = await found();
    console.log(`${attacks} attacks on jobs and tokens, ${violations.length} violations.`);
    expect(violations).toEqual([]);
  });

  it("is found out when its token is looked up without its tenant, or its epoch is not asked for", async () => {
    const tenantless = await found(({ home }) =>
      redefine(home, "app.give_up_job", (text) =>
        text.replaceAll("where j.tenant_id = owner_tenant and j.id = ended", "where j.id = ended"),
      ),
    );
    expect(tenantless.violations.join("\n")).toMatch(
      /dead letters with the tenant of attacker, the job of victim, epoch 1 ended as/,
    );

    const ageless = await found(({ home }) =>
      redefine(home, "app.open_job_here", (text) =>
        text.replace("or found_job.epoch <> token_epoch then", "then"),
      ),
    );
    expect(ageless.violations.join("\n")).toMatch(
      /worker with the tenant of victim, the job of victim, epoch 2 changed .*app\.jobs/,
    );
  });

  it("that reads for the worker without asking whose it is, is found out", async () => {
    const { violations } = await found(({ home }) =>
      home.sql("alter policy tenant_isolation_in_jobs on app.projects using (true)"),
    );
    expect(violations.join("\n")).toMatch(
      /The job project\.export with the victim's "project_id" ended as .*succeeded/,
    );
  });

  it("that no input can be made for fails with a sentence that says what to add", async () => {
    const odd = defineJob({
      name: "parcel.send",
      input: z.strictObject({ code: z.string().regex(/^[A-Z]{3}-\d{5}$/) }),
      run: async () => ({ result: {} }),
    });
    await expect(found(undefined, taskTable(odd))).rejects.toThrow(
      'The job parcel.send can\'t be attacked: "code" accepts none of the values that are tried. Give its schema one that it accepts: .meta({ examples: ["…"] }).',
    );
  });
});
