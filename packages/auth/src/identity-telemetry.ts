import { createAuthMiddleware } from "@better-auth/core/api";
import { setIdentity } from "@bulkhead/telemetry";
import type { BetterAuthPlugin } from "better-auth";

/** Labels the request's telemetry with the user and the active tenant. Nothing is decided by it. */
export const identityTelemetry = {
  id: "identity-telemetry",
  hooks: {
    after: [
      {
        matcher: () => true,
        handler: createAuthMiddleware(async (ctx) => {
          const session = (ctx.context.newSession ?? ctx.context.session)?.session;
          if (!session) return;
          const { userId, activeOrganizationId } = session as Record<string, unknown>;
          setIdentity({
            actor: `user:${userId}`,
            ...(typeof activeOrganizationId === "string" && { tenantId: activeOrganizationId }),
          });
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;
