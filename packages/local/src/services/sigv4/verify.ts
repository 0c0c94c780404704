import { timingSafeEqual } from "node:crypto";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { claimsOf, PRESIGNED_PARAMETERS, type SignatureClaims } from "./claims.ts";
import { SignatureFault } from "./fault.ts";
import {
  requireNoToken,
  requireScope,
  requireSignedHeaders,
  requireTime,
  unknownKey,
  type Verification,
} from "./rules.ts";
import type { SignedRequest } from "./signed-request.ts";

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
