import { randomBytes } from "node:crypto";

/**
 * A trace header in X-Ray's form. Not sampled: the local cloud collects no segments.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export const newTraceId = () =>
  `${newTraceRoot()};Parent=${randomBytes(8).toString("hex")};Sampled=0`;

/** The root alone, as an HTTP API writes it into `x-amzn-trace-id`. */
export function newTraceRoot(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

/** Continues the trace of an `x-amzn-trace-id` header. */
export function continuedTrace(header: string): string {
  const root = header.split(";").find((part) => part.startsWith("Root="));
  return root ? `${root};Parent=${randomBytes(8).toString("hex")};Sampled=0` : newTraceId();
}
