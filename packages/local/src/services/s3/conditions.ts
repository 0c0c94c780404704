import { ServiceFault } from "../protocol/fault.ts";
import type { S3Request } from "./call.ts";
import type { S3Object } from "./types.ts";

export const CONDITIONS = [
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
] as const;

const failed = (Condition: string) =>
  new ServiceFault(
    "PreconditionFailed",
    412,
    "At least one of the pre-conditions you specified did not hold",
    { Condition },
  );

/** Evaluates the conditions of a read in the order of RFC 9110, section 13.2.2. True means 304. */
export function notModified({ headers }: S3Request, { etag, modifiedAt }: S3Object): boolean {
  const [match, noneMatch] = [headers.get("if-match"), headers.get("if-none-match")];
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  const unmodifiedSince = Date.parse(headers.get("if-unmodified-since") ?? "");
  const seconds = Math.floor(modifiedAt / 1000) * 1000;
  if (match !== undefined && !lists(match, etag)) throw failed("If-Match");
  if (match === undefined && seconds > unmodifiedSince) throw failed("If-Unmodified-Since");
  if (noneMatch !== undefined) return lists(noneMatch, etag);
  return seconds <= since;
}

/** S3's conditional writes: `If-None-Match: *` (no object exists) and `If-Match: <etag>` (this object exists). */
export function writePrecondition({ headers, key }: S3Request) {
  const [match, noneMatch] = [headers.get("if-match"), headers.get("if-none-match")];
  if (noneMatch !== undefined && noneMatch !== "*") {
    throw new ServiceFault("NotImplemented", 501, "If-None-Match takes only * on a write.", {
      Header: "If-None-Match",
    });
  }
  return (current: S3Object | undefined) => {
    if (noneMatch !== undefined && current) throw failed("If-None-Match");
    if (match === undefined) return;
    if (!current) {
      throw new ServiceFault("NoSuchKey", 404, "The specified key does not exist.", { Key: key });
    }
    if (!lists(match, current.etag)) throw failed("If-Match");
  };
}

const lists = (header: string, etag: string) =>
  header.split(",").some((value) => [etag, etag.slice(1, -1), "*"].includes(value.trim()));
