import { apiKeys } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { defineMutation, Id, json } from "../verb/index.ts";

/** The key is refused from the next request on. A key that is revoked already keeps its date. */
export const revokeApiKey = defineMutation({
  action: "api_key.revoke",
  permission: "api_key:manage",
  status: 204,
  input: z.strictObject({ id: Id }),
  change: (db) =>
    db
      .update(apiKeys)
      .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())` })
      .where(eq(apiKeys.id, sql.placeholder("id")))
      .returning({ answer: json({}) }),
});
