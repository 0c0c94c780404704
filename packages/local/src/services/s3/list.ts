import { escapeUri } from "@smithy/core/protocols";
import { refuseOtherParameters, type S3Request } from "./call.ts";
import { invalidArgument, notImplemented } from "./fault.ts";
import type { S3Object } from "./types.ts";
import { element, xmlDocument } from "./xml.ts";

const MAXIMUM_KEYS = 1000;

const QUERY = [
  "list-type",
  "prefix",
  "delimiter",
  "max-keys",
  "start-after",
  "continuation-token",
  "encoding-type",
  "fetch-owner",
];

/** ListObjectsV2. */
export function listObjectsV2(call: S3Request): void {
  refuseOtherParameters(call, { headers: [], query: QUERY });
  const { bucket, query, response } = call;
  if (query.get("fetch-owner") === "true") throw notImplemented("fetch-owner", "Parameter");
  const limit = maxKeys(query);
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const { objects, commonPrefixes, next } = bucket.list({
    prefix,
    delimiter,
    from: startOf(query),
    limit,
  });
  const encode = encoderOf(query);
  const optional = (name: string) => query.get(name) || undefined;
  const root = element("ListBucketResult", [
    element("Name", bucket.name),
    element("Prefix", encode(prefix)),
    element("Delimiter", delimiter === "" ? undefined : encode(delimiter)),
    element("StartAfter", optional("start-after") && encode(query.get("start-after") ?? "")),
    element("EncodingType", optional("encoding-type")),
    element("KeyCount", objects.length + commonPrefixes.length),
    element("MaxKeys", limit),
    element("IsTruncated", next !== undefined),
    element("ContinuationToken", optional("continuation-token")),
    element("NextContinuationToken", next?.toString("base64url")),
    ...objects.map((object) => contents(object, encode)),
    ...commonPrefixes.map((common) =>
      element("CommonPrefixes", [element("Prefix", encode(common))]),
    ),
  ]);
  response.writeHead(200, { "content-type": "application/xml" }).end(xmlDocument(root));
}

const contents = (object: S3Object, encode: (text: string) => string) =>
  element("Contents", [
    element("Key", encode(object.key)),
    element("LastModified", new Date(object.modifiedAt).toISOString()),
    element("ETag", object.etag),
    element("ChecksumAlgorithm", object.checksum?.algorithm.toUpperCase()),
    element("Size", object.size),
    element("StorageClass", "STANDARD"),
  ]);

function maxKeys(query: S3Request["query"]): number {
  const given = query.get("max-keys") ?? String(MAXIMUM_KEYS);
  if (/^\d{1,9}$/.test(given)) return Math.min(Number(given), MAXIMUM_KEYS);
  throw invalidArgument("max-keys", given, "Provided max-keys not an integer or within range");
}

/** The first key to list: from the previous page's token, or just above `start-after`. */
function startOf(query: S3Request["query"]): Buffer {
  const token = query.get("continuation-token");
  if (token === undefined) {
    const after = query.get("start-after") ?? "";
    return Buffer.from(after === "" ? "" : `${after}\0`);
  }
  if (/^[\w-]+$/.test(token)) return Buffer.from(token, "base64url");
  const message = "The continuation token provided is incorrect";
  throw invalidArgument("continuation-token", token, message);
}

function encoderOf(query: S3Request["query"]): (text: string) => string {
  const encoding = query.get("encoding-type");
  if (encoding === undefined) return (text) => text;
  if (encoding === "url") return (text) => text.split("/").map(escapeUri).join("/");
  throw invalidArgument("encoding-type", encoding, "Invalid Encoding Method specified in Request");
}
