import { createAuthMiddleware } from "@better-auth/core/api";
import { APIError, type BetterAuthPlugin } from "better-auth";
import { getSessionFromCtx } from "better-auth/api";
import { z } from "zod";

/**
 * Asks for membership before any organization endpoint that names an organization. Another's and
 * none are then the same 404. Better Auth's own check would tell them apart, and takes the caller's
 * active tenant away on the occasion.
 */
export const tenantGuard = {
  id: "tenant-guard",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path?.startsWith("/organization/") ?? false,
        handler: createAuthMiddleware(async (ctx) => {
          const named = Named.safeParse({ ...ctx.query, ...ctx.body });
          // What has the wrong type is refused by the endpoint, in words.
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
