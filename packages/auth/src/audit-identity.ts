import { AsyncLocalStorage } from "node:async_hooks";
import { createAuthMiddleware } from "@better-auth/core/api";
import type { BetterAuthPlugin } from "better-auth";
import { getSessionFromCtx } from "better-auth/api";

// Better Auth stands between the request and the connection that writes for it, and passes nothing on.
const identities = new AsyncLocalStorage<{ requestId: string; actor: string }>();

/** The actor of a request without a session: a sign-up, a verification, a password reset. */
const NOT_SIGNED_IN = "system:auth";

/** Runs a request whose changes the audit trail records with `requestId` and the user who is signed in. */
export const withIdentity = <T>(requestId: string, work: () => Promise<T>): Promise<T> =>
  identities.run({ requestId, actor: NOT_SIGNED_IN }, work);

/** `actor|request`, as `audit.record_identity` reads it from the connection; empty outside of requests. */
export function currentIdentity(): string {
  const identity = identities.getStore();
  return identity ? `${identity.actor}|${identity.requestId}` : "";
}

/** Reads the session before anything is changed. A GET changes nothing and is left alone. */
export const auditIdentity = {
  id: "audit-identity",
  hooks: {
    before: [
      {
        matcher: (ctx) => identities.getStore() !== undefined && ctx.method !== "GET",
        handler: createAuthMiddleware(async (ctx) => {
          const session = await getSessionFromCtx(ctx);
          const identity = identities.getStore();
          if (session && identity) identity.actor = `user:${session.user.id}`;
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;
