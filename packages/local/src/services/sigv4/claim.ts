import type { SignedMessage } from "./canonical.ts";
import { SignatureFault } from "./fault.ts";

/** What a request says about its own signature: to be checked, not to be believed. */
export type SignatureClaims = {
  presigned: boolean;
  accessKeyId: string;
  /** `<date>/<region>/<service>/aws4_request` */
  scope: string;
  /** ISO 8601 basic form, `20260102T030405Z`. */
  timestamp: string;
  signedHeaders: string[];
  signature: string;
  /** Set on presigned requests only. */
  expiresSeconds: number | undefined;
};

const ALGORITHM = "AWS4-HMAC-SHA256";
const WEEK_SECONDS = 604_800;

export function claimOf({ headers, query }: SignedMessage): SignatureClaims {
  const authorization = headers.get("authorization");
  const parameters = new Map(query);
  const presigned = parameters.has("X-Amz-Algorithm") || parameters.has("X-Amz-Signature");
  if (authorization !== undefined && presigned) {
    throw new SignatureFault("malformed", true, "Only one auth mechanism allowed.");
  }
  if (presigned) return presignedClaim(parameters);
  if (authorization === undefined) {
    throw new SignatureFault("missing", false, "Missing Authentication Token");
  }
  return headerClaim(authorization, headers.get("x-amz-date"));
}

function headerClaim(authorization: string, timestamp: string | undefined): SignatureClaims {
  const [algorithm, ...fields] = authorization.split(/[ ,]+/);
  const field = (name: string) =>
    fields.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  return claim(false, {
    algorithm,
    credential: field("Credential"),
    signedHeaders: field("SignedHeaders"),
    signature: field("Signature"),
    timestamp,
  });
}

function presignedClaim(parameters: Map<string, string>): SignatureClaims {
  const seconds = Number(parameters.get("X-Amz-Expires") ?? Number.NaN);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > WEEK_SECONDS) {
    const message = "X-Amz-Expires must be between 1 and 604800 seconds";
    throw new SignatureFault("malformed", true, message);
  }
  const found = claim(true, {
    algorithm: parameters.get("X-Amz-Algorithm"),
    credential: parameters.get("X-Amz-Credential"),
    signedHeaders: parameters.get("X-Amz-SignedHeaders"),
    signature: parameters.get("X-Amz-Signature"),
    timestamp: parameters.get("X-Amz-Date"),
  });
  return { ...found, expiresSeconds: seconds };
}

type Fields = Record<
  "algorithm" | "credential" | "signedHeaders" | "signature" | "timestamp",
  string | undefined
>;

function claim(presigned: boolean, fields: Fields): SignatureClaims {
  const { algorithm, credential = "", signedHeaders = "", signature = "", timestamp = "" } = fields;
  const slash = credential.indexOf("/");
  const wellFormed =
    algorithm === ALGORITHM &&
    slash > 0 &&
    signedHeaders.split(";").includes("host") &&
    /^[0-9a-f]{64}$/.test(signature) &&
    /^\d{8}T\d{6}Z$/.test(timestamp);
  if (!wellFormed) {
    const message = "The signature needs AWS4-HMAC-SHA256, a credential, a date and a signed host.";
    throw new SignatureFault("malformed", presigned, message);
  }
  return {
    presigned,
    accessKeyId: credential.slice(0, slash),
    scope: credential.slice(slash + 1),
    timestamp,
    signedHeaders: signedHeaders.split(";"),
    signature,
    expiresSeconds: undefined,
  };
}
