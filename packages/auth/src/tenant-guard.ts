import { createAuthMiddleware } from "@better-auth/core/api";
import { APIError, type BetterAuthPlugin } from "better-auth";
import { getSessionFromCtx } from "better-auth/api";
import { z } from "zod";

/**
 * Checks the membership before any organization endpoint that names an organization. A foreign organization
 * and a missing one are the same 404. Better Auth's own check answers them differently, and unsets the
 * caller's active tenant.
 */
export const tenantGuard = {
  id: "tenant-guard",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path?.startsWith("/organization/") ?? false,
        handler: createAuthMiddleware(async (ctx) => {
          const named = Named.safeParse({ ...ctx.query, ...ctx.body });
          // A value of the wrong type is refused by the endpoint.
          if (!named.success || !Object.values(named.data).some(Boolean)) return;
          const session = await getSessionFromCtx(ctx);
          if (!session) return;

          const { organizationId, organizationSlug } = named.data;
          const find: Find = (model, where) =>
            ctx.context.adapter.findOne<{ id: string }>({ model, where: fieldsOf(where) });
          const tenantId =
            organizationId || (await find("organization", { slug: organizationSlug }))?.id;
          const isMember =
            z.uuid().safeParse(tenantId).success &&
            (await find("member", { organizationId: tenantId, userId: session.user.id }));
          if (!isMember) {
            throw new APIError("NOT_FOUND", {
              code: "ORGANIZATION_NOT_FOUND",
              message: "You are not a member of such an organization.",
            });
          }
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;

const Named = z.object({
  organizationId: z.string().nullish(),
  organizationSlug: z.string().nullish(),
});

type Fields = Record<string, string | null | undefined>;
type Find = (model: string, where: Fields) => Promise<{ id: string } | null>;

const fieldsOf = (where: Fields) =>
  Object.entries(where).map(([field, value]) => ({ field, value: value ?? null }));
