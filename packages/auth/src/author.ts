import { AsyncLocalStorage } from "node:async_hooks";
import { createAuthMiddleware } from "@better-auth/core/api";
import type { BetterAuthPlugin } from "better-auth";
import { getSessionFromCtx } from "better-auth/api";

// Between the request and the connection that writes for it stands a library, through which nothing
// can be passed by hand.
const authors = new AsyncLocalStorage<{ requestId: string; actor: string }>();

/** Whoever signs up, verifies an address or resets a password has yet to be somebody. */
const NOBODY = "system:auth";

/** Runs a request whose changes the audit trail will know by `requestId`, and by who turns out to ask. */
export const authored = <T>(requestId: string, work: () => Promise<T>): Promise<T> =>
  authors.run({ requestId, actor: NOBODY }, work);

/** `actor|request`, as `audit.record_identity` reads it from the connection; empty outside of requests. */
export function authorNow(): string {
  const author = authors.getStore();
  return author ? `${author.actor}|${author.requestId}` : "";
}

/** Finds out who asks, before anything is changed. Reading tells the trail nothing. */
export const authorship = {
  id: "authorship",
  hooks: {
    before: [
      {
        matcher: (ctx) => authors.getStore() !== undefined && ctx.method !== "GET",
        handler: createAuthMiddleware(async (ctx) => {
          const session = await getSessionFromCtx(ctx);
          const author = authors.getStore();
          if (session && author) author.actor = `user:${session.user.id}`;
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;
