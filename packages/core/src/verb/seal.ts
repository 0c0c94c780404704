import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Refusal } from "../error/index.ts";
import type { WriteCtx } from "./ctx.ts";

// An answer is stored for a day so that a retry can be given it again. A secret in it is stored sealed:
// under a key made from what only the caller has, their token, and the Idempotency-Key. The database
// holds neither the token nor enough to derive the key. AES-256-GCM, NIST SP 800-38D; HKDF, RFC 5869.

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a secret for a retry with this credential and this key: nonce, text, tag in base64url. */
export function seal(ctx: WriteCtx, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(ctx), nonce, { authTagLength: TAG_BYTES });
  const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
}

/** @throws Refusal `idempotency.secret_sealed` when it was sealed for another credential of the same actor */
export function unseal(ctx: WriteCtx, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, keyOf(ctx), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Refusal(
      "conflict",
      "idempotency.secret_sealed",
      "The secret can be shown again only to the session or key that created it. Revoke it and create a new one.",
      { cause },
    );
  }
}

const keyOf = ({ credential, idempotency }: WriteCtx): Buffer =>
  Buffer.from(hkdfSync("sha256", credential.token, idempotency.key, "bulkhead.sealed-answer", 32));
