import type { SignatureClaims } from "./claims.ts";
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

export const unknownKey = (presigned: boolean) =>
  new SignatureFault(
    "unknown-key",
    presigned,
    "The security token included in the request is invalid.",
  );

/** The local cloud issues long-lived keys only, so a session token was issued by another cloud. */
export function requireNoToken({ headers, query }: SignedRequest, presigned: boolean): void {
  const token = query.some(([name]) => name === "X-Amz-Security-Token");
  if (!token && !headers.has("x-amz-security-token")) return;
  const message = "The security token included in the request is invalid.";
  throw new SignatureFault("unknown-token", presigned, message);
}

export function requireScope(claims: SignatureClaims, rules: Verification): void {
  const { scope, timestamp, expiresSeconds } = claims;
  const expected = `${timestamp.slice(0, 8)}/${rules.region}/${rules.service}/aws4_request`;
  if (scope === expected) return;
  const message = `Credential should be scoped to ${expected}, not ${scope}.`;
  throw new SignatureFault("wrong-scope", expiresSeconds !== undefined, message);
}

/** An unsigned `x-amz-` header may have been added on the way. */
export function requireSignedHeaders({ headers }: SignedRequest, claims: SignatureClaims): void {
  for (const name of headers.keys()) {
    if (!name.startsWith("x-amz-") || claims.signedHeaders.includes(name)) continue;
    const message = `There were headers present in the request which were not signed: ${name}`;
    throw new SignatureFault("unsigned-header", claims.expiresSeconds !== undefined, message);
  }
}

export function requireTime(claims: SignatureClaims, rules: Verification): void {
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
