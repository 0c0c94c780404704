import { findJob, Job, listJobs } from "@bulkhead/core/job";
import type { ExportSigner } from "@bulkhead/core/object";
import { PageOf } from "@bulkhead/core/verb";
import { z } from "zod";
import { reads } from "../route.ts";

const FinishedJob = z
  .object({
    ...Job.shape,
    download_url: z.url().optional(),
    download_expires_at: z.iso.datetime().optional(),
  })
  .meta({ id: "JobWithDownload" });

const Found = z.object({
  job: z.looseObject({ id: z.string() }),
  object_key: z.string().nullable(),
});

/**
 * A link is made for each answer, and never stored. It needs no network: signing is local.
 *
 * @throws Error for a key that is not the tenant's: no link is made
 */
async function withDownload(json: string, exports: ExportSigner): Promise<string> {
  const { job, object_key } = Found.parse(JSON.parse(json));
  if (!object_key) return JSON.stringify(job);
  const { url, expiresAt } = await exports.link(exports.nameOf(object_key));
  return JSON.stringify({ ...job, download_url: url, download_expires_at: expiresAt });
}

export const jobs = [
  reads("/v1/jobs", listJobs, {
    summary: "List jobs, the newest first",
    answers: PageOf(Job),
  }),
  reads("/v1/jobs/{id}", findJob, {
    summary: "Get a job",
    description: "A succeeded job that wrote a file has a download link, valid for five minutes.",
    answers: FinishedJob,
    present: withDownload,
  }),
];
