import { isRequestXRaySampled } from "@aws-lambda-powertools/commons/utils/env";
import type { Tracer } from "@aws-lambda-powertools/tracer";
import { labels } from "./in-work.ts";
import type { Work } from "./work.ts";

let opened: Promise<Tracer> | undefined;

/**
 * Adds the current work, which is over, to X-Ray's own trace of the invocation: as a subsegment with
 * tenant, request and the W3C trace's id for annotations, which X-Ray can be searched by. Only where
 * X-Ray keeps the invocation.
 *
 * The X-Ray SDK is loaded with the first of them and never before: it takes 35 ms of a process's start,
 * and from then on hooks every promise of the process.
 */
export async function annotateXray(work: Work): Promise<void> {
  if (!isRequestXRaySampled()) return;
  opened ??= import("@aws-lambda-powertools/tracer").then(
    ({ Tracer }) => new Tracer({ captureHTTPsRequests: false }),
  );
  const tracer = await opened;
  const segment = tracer.getSegment();
  const subsegment = segment?.addNewSubsegment(`## ${work.root.name}`);
  if (!segment || !subsegment) return;

  subsegment.start_time = (work.zero + work.root.begunAt) / 1000;
  tracer.setSegment(subsegment);
  for (const [name, value] of Object.entries(labels())) {
    if (value !== undefined) tracer.putAnnotation(name, value);
  }
  if (work.root.failure) subsegment.addErrorFlag();
  subsegment.close();
  tracer.setSegment(segment);
}
