import type { IncomingMessage, ServerResponse } from "node:http";
import { ServiceFault } from "../protocol/fault.ts";
import { PRESIGNED_PARAMETERS, type Signature, type SignedRequest } from "../sigv4/index.ts";
import { notImplemented } from "./fault.ts";
import type { S3Bucket } from "./types.ts";

/** One authenticated request. */
export type S3Request = {
  request: IncomingMessage;
  response: ServerResponse;
  bucket: S3Bucket;
  key: string;
  /** Headers, and `x-amz-*` query parameters, which S3 reads as headers on presigned requests. */
  headers: ReadonlyMap<string, string>;
  query: ReadonlyMap<string, string>;
  signature: Signature;
  /** What the signature says of the body: its SHA-256 in hex, or S3's word for a body it does not cover. */
  payloadHash: string;
  account: string;
};

const AUTHENTICATION_HEADERS = ["x-amz-date", "x-amz-content-sha256", "x-amz-user-agent"];

export type Parameters = { headers: readonly string[]; query: readonly string[] };

/** Headers of HTTP that would change the meaning of an answer; others that S3 ignores are ignored here too. */
const MEANINGFUL = /^(x-amz-|if-|range$|content-md5$)/;

/** Throws NotImplemented, naming it, for the first header or query parameter that an operation does not know. */
export function refuseOtherParameters({ headers, query }: S3Request, known: Parameters): void {
  for (const name of headers.keys()) {
    const ours = [...AUTHENTICATION_HEADERS, ...known.headers, "x-amz-expected-bucket-owner"];
    const metadata = name.startsWith("x-amz-meta-") && known.headers.includes("x-amz-meta-");
    if (MEANINGFUL.test(name) && !ours.includes(name) && !metadata) throw notImplemented(name);
  }
  for (const name of query.keys()) {
    const amz = /^x-amz-/i.test(name);
    if (!amz && name !== "x-id" && !known.query.includes(name)) {
      throw notImplemented(name, "Parameter");
    }
  }
}

/** Throws AccessDenied when the caller expects the bucket to be someone else's. */
export function requireOwner({ headers, account }: S3Request): void {
  const expected = headers.get("x-amz-expected-bucket-owner");
  if (expected === undefined || expected === account) return;
  throw new ServiceFault("AccessDenied", 403, "Access Denied");
}

/** Headers and query of a signed message, by name. */
export function parametersOf(message: SignedRequest): Pick<S3Request, "headers" | "query"> {
  const headers = new Map(message.headers);
  const query = new Map(message.query);
  const authentication = [...PRESIGNED_PARAMETERS, "X-Amz-Content-Sha256"];
  for (const [name, value] of query) {
    const isHeader = /^x-amz-/i.test(name) && !authentication.includes(name);
    if (isHeader) headers.set(name.toLowerCase(), value);
  }
  return { headers, query };
}
