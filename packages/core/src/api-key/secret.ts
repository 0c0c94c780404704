import { randomBytes } from "node:crypto";
import { sha256 } from "../verb/index.ts";

/** `bh_` and 32 random bytes in base64url. */
export const API_KEY = /^bh_[A-Za-z0-9_-]{43}$/;

// `bh_` and eight characters: enough to tell keys apart, and 208 bits stay secret.
const PREFIX_CHARACTERS = 11;

/** A new key, and what the database stores of it: its prefix, and sha256 of sha256 of it. */
export function drawKey() {
  const secret = `bh_${randomBytes(32).toString("base64url")}`;
  const prefix = secret.slice(0, PREFIX_CHARACTERS);
  return { secret, prefix, token_hash: sha256(sha256(secret)) };
}
