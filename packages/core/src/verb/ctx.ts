import { createHash } from "node:crypto";
import type { Caller, Databases } from "@bulkhead/db";
import type { Permission } from "./permission.ts";

/**
 * What every verb is handed: a caller with a credential. Nothing in it has been checked, and nothing
 * in it names a tenant: the database finds out both, in the round trip that does the work.
 */
export type Ctx = {
  databases: Databases;
  /** The token as the client holds it. It stays in this process. */
  credential: { kind: "session" | "api_key"; token: string };
  /** At most 64 characters, without `|`: it is signed into the context and stands in the audit trail. */
  requestId: string;
  /** Where in a trace this stands (W3C's `traceparent`): the jobs it owes go on from there. */
  trace?: string | undefined;
  /** The caller no longer waits for the answer from then on. @default - the database's own timeouts */
  signal?: AbortSignal;
};

/** A mutation is handed more: the means to know a retry from a new wish. */
export type WriteCtx = Ctx & {
  idempotency: {
    /** The client's Idempotency-Key: 1 to 255 visible ASCII characters. */
    key: string;
    /** sha256 of what was asked for. The same key with another hash is refused. */
    requestHash: Buffer;
  };
};

/** What a verb needs, and what the audit trail will call it (`noun.verb`). */
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
