import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalRequest, type SignedMessage, sha256 } from "./canonical.ts";
import { claimOf, type SignatureClaims } from "./claim.ts";
import { SignatureFault } from "./fault.ts";

const MOST_SIGNING_KEYS = 256;

export type Verification = {
  service: string;
  region: string;
  secretOf(accessKeyId: string): string | undefined;
  /** Unix milliseconds. */
  now(): number;
  /** How far the signer's clock may be off: S3 allows 900, the others 300. */
  skewSeconds: number;
  /** The hash that the signature must cover, in hex, or S3's word for an unsigned body. */
  payloadHash(claim: { presigned: boolean }): string;
  /** True for every service but S3. */
  encodeTwice: boolean;
  /** True for S3 only. */
  allowPresigned: boolean;
};

/** Proof of a good signature, with what a chunked upload needs to sign on. */
export type Signature = {
  accessKeyId: string;
  presigned: boolean;
  scope: string;
  timestamp: string;
  signature: string;
  key: Buffer;
};

/**
 * Verifies Signature Version 4, in a header or in the query. Throws a SignatureFault that says what is wrong.
 */
export function verifySignature(message: SignedMessage, rules: Verification): Signature {
  const claim = claimOf(message);
  const { presigned, accessKeyId, scope, timestamp, signature } = claim;
  if (presigned && !rules.allowPresigned) {
    throw new SignatureFault("malformed", true, "Presigned requests are not accepted here.");
  }
  const secret = rules.secretOf(accessKeyId);
  if (secret === undefined) throw unknownKey(presigned);
  requireNoToken(message, presigned);
  requireScope(claim, rules);
  requireSignedHeaders(message, claim);

  const canonical = canonicalRequest(message, {
    headers: claim.signedHeaders,
    payloadHash: rules.payloadHash(claim),
    encodeTwice: rules.encodeTwice,
  });
  const key = signingKey(secret, scope);
  const expected = sign(key, ["AWS4-HMAC-SHA256", timestamp, scope, sha256(canonical)]);
  if (!sameSignature(expected, signature)) {
    const advice = "Check your AWS Secret Access Key and signing method.";
    const message = `The request signature we calculated does not match the signature you provided. ${advice}`;
    throw new SignatureFault("mismatch", presigned, message);
  }
  // The clock is judged last: only the signer may learn how far off it is.
  requireTime(claim, rules);
  return { accessKeyId, presigned, scope, timestamp, signature, key };
}

/** HMAC-SHA256 of the string to sign (its lines) under a signing key, in hex. */
export const sign = (key: Buffer, lines: readonly string[]) =>
  createHmac("sha256", key).update(lines.join("\n")).digest("hex");

/** Compares two signatures (hex) in constant time. */
export function sameSignature(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const signingKeys = new Map<string, Buffer>();

/** Four HMACs, which is most of what a signature costs, and the same for a whole day. */
function signingKey(secret: string, scope: string): Buffer {
  const id = `${scope} ${secret}`;
  const known = signingKeys.get(id);
  if (known) return known;
  const first: Buffer = Buffer.from(`AWS4${secret}`);
  const key = scope
    .split("/")
    .reduce((before, part) => createHmac("sha256", before).update(part).digest(), first);
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
  signingKeys.set(id, key);
  return key;
}

const unknownKey = (presigned: boolean) =>
  new SignatureFault(
    "unknown-key",
    presigned,
    "The security token included in the request is invalid.",
  );

/** The local cloud issues long-lived keys only: a session token belongs to some other cloud. */
function requireNoToken({ headers, query }: SignedMessage, presigned: boolean): void {
  const token = query.some(([name]) => name === "X-Amz-Security-Token");
  if (!token && !headers.has("x-amz-security-token")) return;
  const message = "The security token included in the request is invalid.";
  throw new SignatureFault("unknown-token", presigned, message);
}

function requireScope({ scope, timestamp, presigned }: SignatureClaims, rules: Verification): void {
  const expected = `${timestamp.slice(0, 8)}/${rules.region}/${rules.service}/aws4_request`;
  if (scope === expected) return;
  const message = `Credential should be scoped to ${expected}, not ${scope}.`;
  throw new SignatureFault("wrong-scope", presigned, message);
}

/** An `x-amz-` header outside the signature could have been added by anyone on the way. */
function requireSignedHeaders({ headers }: SignedMessage, claim: SignatureClaims): void {
  for (const name of headers.keys()) {
    if (!name.startsWith("x-amz-") || claim.signedHeaders.includes(name)) continue;
    const message = `There were headers present in the request which were not signed: ${name}`;
    throw new SignatureFault("unsigned-header", claim.presigned, message);
  }
}

function requireTime(
  { timestamp, presigned, expiresSeconds }: SignatureClaims,
  rules: Verification,
): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const ageSeconds = (rules.now() - signedAt) / 1000;
  if (expiresSeconds === undefined) {
    if (Math.abs(ageSeconds) <= rules.skewSeconds) return;
    const clock = new Date(rules.now()).toISOString();
    const message = `Signature expired: ${timestamp} is more than ${rules.skewSeconds} s from ${clock}`;
    throw new SignatureFault("skewed", presigned, message);
  }
  if (ageSeconds > expiresSeconds) {
    throw new SignatureFault("expired", presigned, "Request has expired");
  }
  if (!(ageSeconds >= -rules.skewSeconds)) {
    throw new SignatureFault("not-yet-valid", presigned, "Request is not valid yet");
  }
}
