import { isRequestXRaySampled } from "@aws-lambda-powertools/commons/utils/env";
import type { Tracer } from "@aws-lambda-powertools/tracer";
import { libraryLog } from "../library-log.ts";
import { labels } from "./in-work.ts";
import type { Work } from "./work.ts";

let opened: Promise<Tracer> | undefined;

/**
 * Adds the current work, which is over, to Lambda's own segment of the invocation: as a subsegment whose
 * annotations are the tenant, the request and the id of the trace that the spans are in. Only where X-Ray
 * keeps the invocation. The spans themselves go to X-Ray without this.
 *
 * Powertools' Tracer, and the X-Ray SDK below it, are loaded with the first of them and never before:
 * they take 35 ms, and from then on hook every promise of the process.
 */
export async function annotateXray(work: Work): Promise<void> {
  if (!isRequestXRaySampled()) return;
  opened ??= import("@aws-lambda-powertools/tracer").then(({ Tracer }) => {
    const tracer = new Tracer({ captureHTTPsRequests: false });
    tracer.provider.setLogger(libraryLog("aws-xray-sdk"));
    return tracer;
  });
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
