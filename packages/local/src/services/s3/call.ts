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
  /** The body's SHA-256 in hex, or S3's marker for a body that the signature does not cover. */
  payloadHash: string;
  account: string;
};

const AUTHENTICATION_HEADERS = ["x-amz-date", "x-amz-content-sha256", "x-amz-user-agent"];

export type Parameters = { headers: readonly string[]; query: readonly string[] };

/** Headers that change the meaning of a request. Others are ignored, as by S3. */
const MEANINGFUL = /^(x-amz-|if-|range$|content-md5$)/;

/** Throws NotImplemented, naming it, for the first header or query parameter that an operation does not know. */
export function refuseOtherParameters({ headers, query }: S3Request, allowed: Parameters): void {
  for (const name of headers.keys()) {
    const accepted = [...AUTHENTICATION_HEADERS, ...allowed.headers, "x-amz-expected-bucket-owner"];
    const metadata = name.startsWith("x-amz-meta-") && allowed.headers.includes("x-amz-meta-");
    if (MEANINGFUL.test(name) && !accepted.includes(name) && !metadata) throw notImplemented(name);
  }
  for (const name of query.keys()) {
    const amz = /^x-amz-/i.test(name);
    if (!amz && name !== "x-id" && !allowed.query.includes(name)) {
      throw notImplemented(name, "Parameter");
    }
  }
}

/** Throws AccessDenied when the caller expects another owner of the bucket. */
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
