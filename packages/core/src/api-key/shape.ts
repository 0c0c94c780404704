import { apiKeys } from "@bulkhead/db/tables";
import { z } from "zod";
import { json, PERMISSIONS } from "../verb/index.ts";

const At = z.iso.datetime({ offset: true });

/** An API key as the API shows it: everything but the key. */
export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(PERMISSIONS)),
    created_by: z.string(),
    created_at: At,
    expires_at: At.nullable(),
    last_used_at: At.nullable(),
    revoked_at: At.nullable(),
  })
  .meta({ id: "ApiKey" });

/** The answer to its creator, once. `secret` goes into `Authorization: Bearer`. */
export const NewApiKey = z
  .object({ ...ApiKey.shape, secret: z.string() })
  .meta({ id: "NewApiKey" });

/** The same, as PostgreSQL writes it. */
export const apiKeyFields = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  created_by: apiKeys.createdBy,
  created_at: apiKeys.createdAt,
  expires_at: apiKeys.expiresAt,
  last_used_at: apiKeys.lastUsedAt,
  revoked_at: apiKeys.revokedAt,
};
export const apiKeyJson = json(apiKeyFields);
