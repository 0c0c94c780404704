import { apiKeys } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineMutation, json, Name, PERMISSIONS, seal, unseal } from "../verb/index.ts";
import { drawKey } from "./secret.ts";
import { apiKeyFields } from "./shape.ts";

const Scopes = z
  .array(z.enum(PERMISSIONS))
  .min(1)
  .refine((scopes) => new Set(scopes).size === scopes.length, "must not repeat a scope");

/**
 * The answer holds the key itself, this once. A trigger refuses scopes beyond its creator's own, and a
 * constraint an `expires_at` that has passed.
 */
export const createApiKey = defineMutation({
  action: "api_key.create",
  permission: "api_key:manage",
  status: 201,
  input: z.strictObject({
    name: Name,
    scopes: Scopes,
    expires_at: z.iso.datetime({ offset: true }).optional(),
  }),
  values: (_, ctx) => {
    const { secret, prefix, token_hash } = drawKey();
    return { prefix, token_hash, sealed_secret: seal(ctx, secret) };
  },
  change: (db) =>
    db
      .insert(apiKeys)
      .values({
        name: sql.placeholder("name"),
        prefix: sql.placeholder("prefix"),
        tokenHash: sql.placeholder("token_hash"),
        scopes: sql.placeholder("scopes"),
        expiresAt: sql`${sql.placeholder("expires_at")}::timestamptz`,
      })
      .returning({
        answer: json({
          ...apiKeyFields,
          sealed_secret: sql`${sql.placeholder("sealed_secret")}::text`,
        }),
      }),
  reveal: ({ sealed_secret, ...apiKey }, ctx) => ({
    ...apiKey,
    secret: unseal(ctx, String(sealed_secret)),
  }),
});
