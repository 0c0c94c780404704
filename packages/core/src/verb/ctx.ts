import { createHash } from "node:crypto";
import type { Caller, Databases } from "@bulkhead/db";
import type { Permission } from "./permission.ts";

/**
 * What every verb is given: a caller with a credential. Nothing in it has been checked, and nothing in it
 * names a tenant: the database checks the one and finds the other, in the round trip that does the work.
 */
export type Ctx = {
  databases: Databases;
  /** The token as the client holds it. It stays in this process. */
  credential: { kind: "session" | "api_key"; token: string };
  /** At most 64 characters, without `|`: it is signed into the context and stands in the audit trail. */
  requestId: string;
  /** The trace that this belongs to (W3C's `traceparent`), which its jobs continue. */
  trace?: string | undefined;
  /** Aborts when the caller stops waiting. @default - the database's own timeouts */
  signal?: AbortSignal;
};

/** A mutation is given more: what tells a retry from a new request. */
export type WriteCtx = Ctx & {
  idempotency: {
    /** The client's Idempotency-Key: 1 to 255 visible ASCII characters. */
    key: string;
    /** sha256 of the request. The same key with another hash is refused. */
    requestHash: Buffer;
  };
};

/** The permission that a verb needs, and its name in the audit trail (`noun.verb`). */
export type Claim = { permission: Permission; action: string };

/** The caller as the database sees it: it is sent sha256 of the token, never the token. */
export function callerOf(ctx: Ctx, { permission, action }: Claim): Caller {
  const { databases, credential, requestId, signal } = ctx;
  return {
    databases,
    credential: { kind: credential.kind, proof: sha256(credential.token) },
    purpose: { permission, action, requestId },
    ...(signal && { signal }),
  };
}

export const sha256 = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();
