import { createAuthEndpoint, createAuthMiddleware } from "@better-auth/core/api";
import type { BetterAuthPlugin } from "better-auth";
import { sensitiveSessionMiddleware } from "better-auth/api";
import { z } from "zod";

/**
 * Keeps session tokens where scripts cannot read them. A token leaves in an httpOnly cookie and
 * nowhere else: wherever Better Auth's answers would repeat it, they carry the session's id. Sessions
 * are listed and revoked by that id, under the field name `token` that Better Auth's client uses.
 */
export const opaqueSessions = {
  id: "opaque-sessions",

  // These two take the place of Better Auth's own, which look other sessions up by their tokens: the
  // caller has none of those.
  endpoints: {
    revokeSession: createAuthEndpoint(
      "/revoke-session",
      {
        method: "POST",
        body: z.object({ token: z.uuid() }),
        use: [sensitiveSessionMiddleware],
        requireHeaders: true,
      },
      async (ctx) => {
        await ctx.context.adapter.deleteMany({
          model: "session",
          where: [
            { field: "id", value: ctx.body.token },
            { field: "userId", value: ctx.context.session.user.id },
          ],
        });
        return ctx.json({ status: true });
      },
    ),

    revokeOtherSessions: createAuthEndpoint(
      "/revoke-other-sessions",
      { method: "POST", use: [sensitiveSessionMiddleware], requireHeaders: true },
      async (ctx) => {
        const { user, session } = ctx.context.session;
        await ctx.context.adapter.deleteMany({
          model: "session",
          where: [
            { field: "userId", value: user.id },
            { field: "id", operator: "ne", value: session.id },
          ],
        });
        return ctx.json({ status: true });
      },
    ),
  },

  hooks: {
    after: [
      {
        matcher: () => true,
        handler: createAuthMiddleware(async (ctx) => {
          const { returned, session, newSession } = ctx.context;
          if (!isPlain(returned)) return;
          const handles = new Map<string, string>();
          for (const known of [session, newSession]) {
            if (known) handles.set(known.session.token, known.session.id);
          }
          return ctx.json(withHandles(returned, handles) as object);
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;

function withHandles(value: unknown, handles: Map<string, string>): unknown {
  if (typeof value === "string") return handles.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withHandles(item, handles));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withHandles(field, handles)]),
  );
}

/** Objects and lists as JSON has them: not an error, a response or a date. */
const isPlain = (value: unknown): value is object =>
  Array.isArray(value) ||
  (typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype);
