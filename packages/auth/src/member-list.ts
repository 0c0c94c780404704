import { createAuthMiddleware } from "@better-auth/core/api";
import { APIError, type BetterAuthPlugin } from "better-auth";
import { z } from "zod";

const count = (max: number) => z.coerce.number().int().min(0).max(max).optional();

// Better Auth passes all of these to the database unchecked.
const Query = z.union([
  z.object({
    limit: count(100),
    offset: count(1_000_000),
    sortBy: z.enum(["createdAt", "role"]).optional(),
    filterField: z.undefined().optional(),
  }),
  z.object({
    limit: count(100),
    offset: count(1_000_000),
    sortBy: z.enum(["createdAt", "role"]).optional(),
    filterField: z.literal("role"),
    filterValue: z.string(),
    filterOperator: z.enum(["eq", "ne"]).optional(),
  }),
]);

/** Members are listed at most 100 at a time, by time or role, and filtered by role. */
export const memberList = {
  id: "member-list",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === "/organization/list-members",
        handler: createAuthMiddleware(async (ctx) => {
          if (Query.safeParse(ctx.query ?? {}).success) return;
          throw new APIError("BAD_REQUEST", {
            code: "VALIDATION_ERROR",
            message: "Use limit (to 100), offset, sortBy (createdAt, role) and filterField (role).",
          });
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;
