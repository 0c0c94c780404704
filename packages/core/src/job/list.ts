import { jobs } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineRead, page, paging } from "../verb/index.ts";
import { JobState, jobJson } from "./shape.ts";

const state = sql`${sql.placeholder("state")}::text`;

export const listJobs = defineRead({
  action: "job.list",
  permission: "job:read",
  input: z.strictObject({ ...paging, state: JobState.optional() }),
  query: page({
    from: jobs,
    order: [jobs.createdAt, jobs.id],
    item: jobJson,
    where: sql`(${state} is null or ${jobs.state} = ${state})`,
  }),
});
