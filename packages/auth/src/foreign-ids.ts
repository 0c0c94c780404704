import { createAuthMiddleware } from "@better-auth/core/api";
import { APIError, type BetterAuthPlugin } from "better-auth";
import { getSessionFromCtx } from "better-auth/api";
import { z } from "zod";

/**
 * Checks the ids of invitations and members before the organization endpoints do. One of a tenant that the
 * caller does not belong to is the same 404 as one that does not exist: Better Auth looks both up by id
 * alone, and its answer to the first would differ.
 */
export const foreignIds = {
  id: "foreign-ids",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path?.startsWith("/organization/") ?? false,
        handler: createAuthMiddleware(async (ctx) => {
          const named = Named.safeParse({ ...ctx.query, ...ctx.body });
          // A value of the wrong type is refused by the endpoint.
          if (!named.success) return;
          const { id, invitationId, memberId, memberIdOrEmail } = named.data;
          const session = await getSessionFromCtx(ctx);
          if (!session) return;

          const find = (model: string, where: Record<string, string>) =>
            ctx.context.adapter.findOne<Found>({
              model,
              where: Object.entries(where).map(([field, value]) => ({ field, value })),
            });
          /** Always two queries, so that the time does not reveal what the answer hides. */
          const mayAddress = async (model: string, id: string) => {
            const found = await find(model, { id: z.uuid().safeParse(id).data ?? NOTHING });
            const organizationId = found?.organizationId ?? NOTHING;
            const member = await find("member", { organizationId, userId: session.user.id });
            return member !== null || (found !== null && found.email === session.user.email);
          };

          const invitation =
            invitationId ?? (ctx.path === "/organization/get-invitation" ? id : undefined);
          if (invitation && !(await mayAddress("invitation", invitation))) {
            throw missing("INVITATION_NOT_FOUND", "There is no such invitation for you.");
          }
          const member = memberId ?? memberIdOrEmail;
          if (member && !member.includes("@") && !(await mayAddress("member", member))) {
            throw missing("MEMBER_NOT_FOUND", "There is no such member in your organizations.");
          }
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;

const NOTHING = "00000000-0000-0000-0000-000000000000";

const Named = z.object({
  id: z.string().nullish(),
  invitationId: z.string().nullish(),
  memberId: z.string().nullish(),
  memberIdOrEmail: z.string().nullish(),
});

type Found = { organizationId: string; email?: string };

const missing = (code: string, message: string) => new APIError("NOT_FOUND", { code, message });
