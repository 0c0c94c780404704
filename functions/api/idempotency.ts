import { createHash } from "node:crypto";
import { Refusal } from "@bulkhead/core/error";
import type { WriteCtx } from "@bulkhead/core/verb";
import type { ApiContext } from "./env.ts";

const VISIBLE = /^[\x21-\x7e]{1,255}$/;
// A string of RFC 9651: printable ASCII, in which `"` and `\` are escaped.
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * What identifies a retry: the client's Idempotency-Key, and a hash of the request. The key may be
 * written bare or, as the IETF's draft has it, as a quoted string.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws Refusal `idempotency.key_missing`, `idempotency.key_invalid`
 */
export function idempotencyOf(c: ApiContext, body: Uint8Array): WriteCtx["idempotency"] {
  const header = c.req.header("idempotency-key");
  if (!header) {
    throw new Refusal(
      "invalid",
      "idempotency.key_missing",
      "Send an Idempotency-Key header with a new random value, such as a UUID, and the same value when you retry.",
    );
  }
  return { key: keyIn(header), requestHash: hashOf(c, body) };
}

function keyIn(header: string): string {
  const [, quoted] = QUOTED.exec(header) ?? [];
  const key = quoted?.replace(/\\(.)/g, "$1") ?? header;
  if (VISIBLE.test(key)) return key;
  throw new Refusal(
    "invalid",
    "idempotency.key_invalid",
    "An Idempotency-Key is 1 to 255 visible ASCII characters, and is sent once.",
  );
}

/** Method and path cannot hold a newline, so different requests hash differently. */
const hashOf = (c: ApiContext, body: Uint8Array): Buffer =>
  createHash("sha256").update(`${c.req.method}\n${c.req.path}\n`).update(body).digest();
