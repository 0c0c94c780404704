import { jobs } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { defineRead, Id, json } from "../verb/index.ts";
import { jobJson } from "./shape.ts";

/**
 * Answers `{ job, object_key }`: the key of the file that the job wrote, or null. The transport
 * makes a link of it, for the opened tenant alone; the client does not see the key.
 */
export const findJob = defineRead({
  action: "job.find",
  permission: "job:read",
  input: z.strictObject({ id: Id }),
  query: (db) =>
    db
      .select({ answer: json({ job: jobJson, object_key: sql`${jobs.result} ->> 'key'` }) })
      .from(jobs)
      .where(eq(jobs.id, sql.placeholder("id"))),
});
