import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { v7 as newId } from "uuid";
import { z } from "zod";
import { enqueueJob } from "../job/enqueue.ts";
import { newJobJson } from "../job/shape.ts";
import { defineMutation, Id } from "../verb/index.ts";
import { exportProject } from "./export.job.ts";

/** Answers with the job. The statement selects the project: without it the answer is 404. */
export const startExport = defineMutation({
  action: "project.export",
  permission: "project:write",
  status: 202,
  input: z.strictObject({ id: Id }),
  values: () => ({ job_id: newId() }),
  change: (db) =>
    db
      .select({ answer: newJobJson(exportProject.name) })
      .from(projects)
      .where(eq(projects.id, sql.placeholder("id"))),
  jobs: ({ id, job_id }) => [enqueueJob(exportProject, { project_id: id }, { id: job_id })],
});
