import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { ServiceFault } from "../protocol/fault.ts";
import type { ServiceEnvironment } from "../protocol/json-service.ts";
import { type SignedRequest, signedRequestOf, verifySignature } from "../sigv4/index.ts";
import { parametersOf, refuseOtherParameters, requireOwner, type S3Request } from "./call.ts";
import { sendError } from "./error-response.ts";
import { noSuchBucket, notImplemented } from "./fault.ts";
import { getObject } from "./get.ts";
import { listObjectsV2 } from "./list.ts";
import { putObject } from "./put.ts";
import type { S3Bucket } from "./types.ts";

/** S3's REST API in path style: authenticates, finds the bucket, runs the operation. */
export function s3Handler(
  buckets: ReadonlyMap<string, S3Bucket>,
  environment: ServiceEnvironment,
): RequestListener {
  return async (request, response) => {
    response.setHeader("x-amz-request-id", randomUUID());
    try {
      await operate(await callOf(request, response, buckets, environment));
    } catch (error) {
      if (response.destroyed) return; // the caller has disconnected
      sendError(request, response, error);
    }
  };
}

async function callOf(
  request: IncomingMessage,
  response: ServerResponse,
  buckets: ReadonlyMap<string, S3Bucket>,
  environment: ServiceEnvironment,
): Promise<S3Request> {
  const message = signedRequestOf(request);
  const hash = payloadHashOf(message);
  const signature = await verifySignature(message, {
    ...environment,
    service: "s3",
    skewSeconds: 900,
    payloadHash: hash,
    isS3: true,
  });
  const { name, key } = addressOf(message);
  const bucket = buckets.get(name);
  if (name === "") throw notImplemented("ListBuckets", "Operation");
  if (!bucket) throw noSuchBucket(name);
  return {
    ...parametersOf(message),
    ...environment,
    request,
    response,
    bucket,
    key,
    signature,
    payloadHash: hash,
  };
}

/** From a header, or on presigned requests from a parameter or absent. */
function payloadHashOf({ headers, query }: SignedRequest): string {
  const declared =
    headers.get("x-amz-content-sha256") ?? new Map(query).get("X-Amz-Content-Sha256");
  if (declared !== undefined || !headers.has("authorization"))
    return declared ?? "UNSIGNED-PAYLOAD";
  const message = "Missing required header for this request: x-amz-content-sha256";
  throw new ServiceFault("InvalidRequest", 400, message);
}

/** Bucket and key in the path. A key is any UTF-8 of up to 1,024 bytes, including `..` and NUL. */
function addressOf({ path, headers }: SignedRequest): { name: string; key: string } {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.get("host") ?? "")) {
    const message = "The local cloud supports path style only: set forcePathStyle.";
    throw new ServiceFault("InvalidRequest", 400, message);
  }
  const [, name = "", ...rest] = path.split("/").map(decodeURIComponent);
  const key = rest.join("/");
  if (Buffer.byteLength(key) <= 1024) return { name, key };
  throw new ServiceFault("KeyTooLongError", 400, "Your key is too long", {
    Size: String(Buffer.byteLength(key)),
    MaxSizeAllowed: "1024",
  });
}

async function operate(call: S3Request): Promise<void> {
  requireOwner(call);
  const { request, key, query } = call;
  const target = `${request.method} ${key === "" ? "bucket" : "object"}`;
  if (request.method !== "PUT") request.resume();
  // Parameters such as `?uploads` and `?acl` select other operations.
  switch (target) {
    case "PUT object":
      return putObject(call);
    case "GET object":
    case "HEAD object":
      return getObject(call);
    case "DELETE object":
      return deleteObject(call);
    case "HEAD bucket":
      return headBucket(call);
    case "GET bucket":
      if (query.get("list-type") === "2") return listObjectsV2(call);
  }
  const selector = [...query.keys()].filter((name) => !/^x-amz-/i.test(name)).join("&");
  throw notImplemented(selector ? `${target}?${selector}` : target, "Operation");
}

function deleteObject(call: S3Request): void {
  refuseOtherParameters(call, { headers: [], query: [] });
  call.bucket.delete(call.key);
  call.response.writeHead(204).end();
}

function headBucket(call: S3Request): void {
  refuseOtherParameters(call, { headers: [], query: [] });
  const region = call.signature.scope.split("/")[1] ?? "";
  call.response.writeHead(200, { "x-amz-bucket-region": region }).end();
}
