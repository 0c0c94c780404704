import { SignatureFault } from "./fault.ts";
import type { SignedRequest } from "./signed-request.ts";

/** What a request claims about its own signature. Nothing of it is verified yet. */
export type SignatureClaims = {
  accessKeyId: string;
  /** `<date>/<region>/<service>/aws4_request` */
  scope: string;
  /** ISO 8601 basic form, `20260102T030405Z`. */
  timestamp: string;
  signedAt: Date;
  signedHeaders: string[];
  signature: string;
  /** Set on presigned requests only. */
  expiresSeconds: number | undefined;
};

const ALGORITHM = "AWS4-HMAC-SHA256";
const WEEK_SECONDS = 604_800;

/** The query parameters that a presigned request adds. */
export const PRESIGNED_PARAMETERS: readonly string[] = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
];

export function claimsOf({ headers, query }: SignedRequest): SignatureClaims {
  const authorization = headers.get("authorization");
  const given = query.filter(([name]) => PRESIGNED_PARAMETERS.includes(name));
  const parameters = new Map(given);
  const presigned = parameters.has("X-Amz-Algorithm") || parameters.has("X-Amz-Signature");
  if (authorization !== undefined && presigned) {
    throw new SignatureFault("malformed", true, "Only one auth mechanism allowed.");
  }
  if (presigned && parameters.size < given.length) {
    throw new SignatureFault("malformed", true, "A parameter of the signature is given twice.");
  }
  if (presigned) return presignedClaims(parameters);
  if (authorization === undefined) {
    throw new SignatureFault("missing", false, "Missing Authentication Token");
  }
  return headerClaims(authorization, headers.get("x-amz-date"));
}

function headerClaims(authorization: string, timestamp: string | undefined): SignatureClaims {
  const [algorithm, ...fields] = authorization.split(/[ ,]+/);
  const field = (name: string) =>
    fields.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  return claims({
    presigned: false,
    algorithm,
    credential: field("Credential"),
    signedHeaders: field("SignedHeaders"),
    signature: field("Signature"),
    timestamp,
  });
}

function presignedClaims(parameters: Map<string, string>): SignatureClaims {
  const expires = parameters.get("X-Amz-Expires") ?? "";
  const seconds = Number(expires);
  if (!/^[1-9]\d*$/.test(expires) || seconds > WEEK_SECONDS) {
    const message = "X-Amz-Expires must be between 1 and 604800 seconds";
    throw new SignatureFault("malformed", true, message);
  }
  const found = claims({
    presigned: true,
    algorithm: parameters.get("X-Amz-Algorithm"),
    credential: parameters.get("X-Amz-Credential"),
    signedHeaders: parameters.get("X-Amz-SignedHeaders"),
    signature: parameters.get("X-Amz-Signature"),
    timestamp: parameters.get("X-Amz-Date"),
  });
  return { ...found, expiresSeconds: seconds };
}

type ClaimFields = Record<
  "algorithm" | "credential" | "signedHeaders" | "signature" | "timestamp",
  string | undefined
> & { presigned: boolean };

function claims(fields: ClaimFields): SignatureClaims {
  const { algorithm, credential = "", signedHeaders = "", signature = "", timestamp = "" } = fields;
  const slash = credential.indexOf("/");
  const signedAt = dateOf(timestamp);
  const wellFormed =
    algorithm === ALGORITHM &&
    slash > 0 &&
    signedHeaders.split(";").includes("host") &&
    /^[0-9a-f]{64}$/.test(signature);
  if (!wellFormed || !signedAt) {
    const message = "The signature needs AWS4-HMAC-SHA256, a credential, a date and a signed host.";
    throw new SignatureFault("malformed", fields.presigned, message);
  }
  return {
    accessKeyId: credential.slice(0, slash),
    scope: credential.slice(slash + 1),
    timestamp,
    signedAt,
    signedHeaders: signedHeaders.split(";"),
    signature,
    expiresSeconds: undefined,
  };
}

function dateOf(timestamp: string): Date | undefined {
  const iso = timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const date = new Date(iso);
  const isSame = iso !== timestamp && date.toJSON() === iso.replace("Z", ".000Z");
  return isSame ? date : undefined;
}
