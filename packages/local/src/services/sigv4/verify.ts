import { timingSafeEqual } from "node:crypto";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { claimsOf, PRESIGNED_PARAMETERS, type SignatureClaims } from "./claims.ts";
import { SignatureFault } from "./fault.ts";
import type { SignedRequest } from "./signed-request.ts";

export type Verification = {
  service: string;
  region: string;
  secretOf(accessKeyId: string): string | undefined;
  /** Unix milliseconds. */
  now(): number;
  /** How far the signer's clock may be off: S3 allows 900, the others 300. */
  skewSeconds: number;
  /** The hash that the signature must cover, in hex, or S3's word for an unsigned body. */
  payloadHash: string;
  /** S3 encodes the path once and takes presigned requests; every other service does neither. */
  isS3: boolean;
};

/** Proof of a valid signature, with what the chunks of an upload need to continue it. */
export type Signature = {
  presigned: boolean;
  scope: string;
  timestamp: string;
  signature: string;
  /** Signs a string with the key of the request, in hex. */
  sign(stringToSign: string): Promise<string>;
};

const PAYLOAD_HASH = "x-amz-content-sha256";

/**
 * Verifies Signature Version 4, in a header or in the query: signs the request again and compares.
 *
 * @throws SignatureFault that says what is wrong.
 */
export async function verifySignature(
  request: SignedRequest,
  rules: Verification,
): Promise<Signature> {
  const claims = claimsOf(request);
  const { accessKeyId, scope, timestamp, signature, signedAt } = claims;
  const presigned = claims.expiresSeconds !== undefined;
  if (presigned && !rules.isS3) {
    throw new SignatureFault("malformed", true, "Presigned requests are not accepted here.");
  }
  const secret = rules.secretOf(accessKeyId);
  if (secret === undefined) throw unknownKey(presigned);
  requireNoToken(request, presigned);
  requireScope(claims, rules);
  requireSignedHeaders(request, claims);

  const signer = new SignatureV4({
    service: rules.service,
    region: rules.region,
    credentials: { accessKeyId, secretAccessKey: secret },
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
    uriEscapePath: !rules.isS3,
  });
  const expected = await signAgain(signer, request, claims, rules.payloadHash);
  const sameHeaders = expected.signedHeaders === claims.signedHeaders.join(";");
  if (!sameHeaders || !sameSignature(expected.signature, signature)) {
    const advice = "Check your AWS Secret Access Key and signing method.";
    const message = `The request signature we calculated does not match the signature you provided. ${advice}`;
    throw new SignatureFault("mismatch", presigned, message);
  }
  // The clock comes last: only the signer may learn how far off it is.
  requireTime(claims, rules);
  return {
    presigned,
    scope,
    timestamp,
    signature,
    sign: (stringToSign) => signer.sign(stringToSign, { signingDate: signedAt }),
  };
}

/** What the holder of the secret would have sent: the signature and the list of signed headers. */
async function signAgain(
  signer: SignatureV4,
  { method, path, query, headers }: SignedRequest,
  { signedHeaders, signedAt, expiresSeconds }: SignatureClaims,
  payloadHash: string,
): Promise<{ signature: string | undefined; signedHeaders: string | undefined }> {
  const signed = [...headers].filter(([name]) => signedHeaders.includes(name));
  const given = query.filter(([name]) => !PRESIGNED_PARAMETERS.includes(name));
  const request = {
    method,
    protocol: "http:",
    hostname: "127.0.0.1",
    path,
    query: Object.fromEntries(
      [...Map.groupBy(given, ([name]) => name)].map(([name, pairs]) => [
        name,
        pairs.map(([, value]) => value),
      ]),
    ),
    // The signer reads the hash of the body from this header, whether or not it is signed.
    headers: { ...Object.fromEntries(signed), [PAYLOAD_HASH]: payloadHash },
  };
  const options = {
    signingDate: signedAt,
    signableHeaders: new Set(signedHeaders),
    unsignableHeaders: new Set(signedHeaders.includes(PAYLOAD_HASH) ? [] : [PAYLOAD_HASH]),
  };
  if (expiresSeconds === undefined) {
    const { authorization = "" } = (await signer.sign(request, options)).headers;
    return {
      signature: /Signature=(\w+)$/.exec(authorization)?.[1],
      signedHeaders: /SignedHeaders=([^,]+)/.exec(authorization)?.[1],
    };
  }
  const { query: signedQuery = {} } = await signer.presign(request, {
    ...options,
    expiresIn: expiresSeconds,
    unhoistableHeaders: new Set([...signedHeaders, PAYLOAD_HASH]),
  });
  return {
    signature: String(signedQuery["X-Amz-Signature"]),
    signedHeaders: String(signedQuery["X-Amz-SignedHeaders"]),
  };
}

/** Compares two signatures (hex) in constant time. */
export function sameSignature(expected = "", given = ""): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const unknownKey = (presigned: boolean) =>
  new SignatureFault(
    "unknown-key",
    presigned,
    "The security token included in the request is invalid.",
  );

/** The local cloud issues long-lived keys only, so a session token was issued by another cloud. */
function requireNoToken({ headers, query }: SignedRequest, presigned: boolean): void {
  const token = query.some(([name]) => name === "X-Amz-Security-Token");
  if (!token && !headers.has("x-amz-security-token")) return;
  const message = "The security token included in the request is invalid.";
  throw new SignatureFault("unknown-token", presigned, message);
}

function requireScope(claims: SignatureClaims, rules: Verification): void {
  const { scope, timestamp, expiresSeconds } = claims;
  const expected = `${timestamp.slice(0, 8)}/${rules.region}/${rules.service}/aws4_request`;
  if (scope === expected) return;
  const message = `Credential should be scoped to ${expected}, not ${scope}.`;
  throw new SignatureFault("wrong-scope", expiresSeconds !== undefined, message);
}

/** An unsigned `x-amz-` header may have been added on the way. */
function requireSignedHeaders({ headers }: SignedRequest, claims: SignatureClaims): void {
  for (const name of headers.keys()) {
    if (!name.startsWith("x-amz-") || claims.signedHeaders.includes(name)) continue;
    const message = `There were headers present in the request which were not signed: ${name}`;
    throw new SignatureFault("unsigned-header", claims.expiresSeconds !== undefined, message);
  }
}

function requireTime(claims: SignatureClaims, rules: Verification): void {
  const { timestamp, signedAt, expiresSeconds } = claims;
  const ageSeconds = (rules.now() - signedAt.getTime()) / 1000;
  if (expiresSeconds === undefined) {
    if (Math.abs(ageSeconds) <= rules.skewSeconds) return;
    const clock = new Date(rules.now()).toISOString();
    const message = `Signature expired: ${timestamp} is more than ${rules.skewSeconds} s from ${clock}`;
    throw new SignatureFault("skewed", false, message);
  }
  if (ageSeconds > expiresSeconds) {
    throw new SignatureFault("expired", true, "Request has expired");
  }
  if (ageSeconds < -rules.skewSeconds) {
    throw new SignatureFault("not-yet-valid", true, "Request is not valid yet");
  }
}
