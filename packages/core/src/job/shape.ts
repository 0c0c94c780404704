import { jobs } from "@bulkhead/db/tables";
import { type Column, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { json } from "../verb/index.ts";

export const JobState = z.enum(["queued", "running", "succeeded", "failed"]);

/**
 * A job as the API shows it. `result` is what it returned when it succeeded, `error` why its latest
 * attempt failed, if one did.
 */
export const Job = z
  .object({
    id: z.uuid(),
    task: z.string(),
    state: JobState,
    attempt: z.int(),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_by: z.string(),
    created_at: z.iso.datetime({ offset: true }),
    run_at: z.iso.datetime({ offset: true }),
    finished_at: z.iso.datetime({ offset: true }).nullable(),
  })
  .meta({ id: "Job" });

const shape = (job: Record<keyof z.infer<typeof Job>, Column | SQL>) => json(job);

/** The same, as PostgreSQL writes it. */
export const jobJson = shape({
  id: jobs.id,
  task: jobs.task,
  state: jobs.state,
  attempt: jobs.attempt,
  // The key of a file is for making a link of, see `find.ts`.
  result: sql`${jobs.result} - 'key'`,
  error: jobs.error,
  created_by: jobs.createdBy,
  created_at: jobs.createdAt,
  run_at: jobs.runAt,
  finished_at: jobs.finishedAt,
});

/**
 * The job `job_id` as it will be read once its transaction is over. A mutation answers before it
 * enqueues, so there is no row to show yet; the defaults of `app.jobs` are the same expressions.
 */
export const newJobJson = (task: string) =>
  shape({
    id: sql`${sql.placeholder("job_id")}::uuid`,
    task: sql`${task}::text`,
    state: sql`'queued'`,
    attempt: sql`0`,
    result: sql`null::json`,
    error: sql`null::json`,
    created_by: sql`app.actor()`,
    created_at: sql`now()`,
    run_at: sql`now()`,
    finished_at: sql`null::timestamptz`,
  });
