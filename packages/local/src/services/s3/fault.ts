import { ServiceFault } from "../protocol/fault.ts";
import type { SignatureFault } from "../sigv4/index.ts";

/** S3's error for an unsupported header, parameter or operation, by name. */
export const notImplemented = (
  what: string,
  kind: "Header" | "Parameter" | "Operation" = "Header",
) =>
  new ServiceFault(
    "NotImplemented",
    501,
    `${what} implies functionality that is not implemented by the local cloud.`,
    { [kind]: what },
  );

export const invalidArgument = (name: string, value: string, message: string) =>
  new ServiceFault("InvalidArgument", 400, message, { ArgumentName: name, ArgumentValue: value });

export const noSuchKey = (key: string) =>
  new ServiceFault("NoSuchKey", 404, "The specified key does not exist.", { Key: key });

export const noSuchBucket = (name: string) =>
  new ServiceFault("NoSuchBucket", 404, "The specified bucket does not exist", {
    BucketName: name,
  });

export const invalidUri = () =>
  new ServiceFault("InvalidURI", 400, "Couldn't parse the specified URI.");

/** S3's errors for signatures. */
export function s3SignatureFault({ kind, presigned, message }: SignatureFault): ServiceFault {
  const denied = (text: string) => new ServiceFault("AccessDenied", 403, text);
  const malformed = presigned
    ? "AuthorizationQueryParametersError"
    : "AuthorizationHeaderMalformed";
  switch (kind) {
    case "missing":
      return denied("Access Denied");
    case "unknown-key": {
      const text = "The AWS Access Key Id you provided does not exist in our records.";
      return new ServiceFault("InvalidAccessKeyId", 403, text);
    }
    case "unknown-token":
      return new ServiceFault("InvalidToken", 400, "The provided token is malformed or invalid.");
    case "malformed":
    case "wrong-scope":
      return new ServiceFault(malformed, 400, message);
    case "skewed": {
      const text = "The difference between the request time and the current time is too large.";
      return new ServiceFault("RequestTimeTooSkewed", 403, text);
    }
    case "mismatch":
      return new ServiceFault("SignatureDoesNotMatch", 403, message);
    case "unsigned-header":
    case "expired":
    case "not-yet-valid":
      return denied(message);
  }
}
