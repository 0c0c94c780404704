import { apiKeys } from "@bulkhead/db/tables";
import { z } from "zod";
import { defineRead, page, paging } from "../verb/index.ts";
import { apiKeyJson } from "./shape.ts";

/** Revoked and expired keys too: the audit trail names them. */
export const listApiKeys = defineRead({
  action: "api_key.list",
  permission: "api_key:manage",
  input: z.strictObject(paging),
  query: page({
    from: apiKeys,
    order: [apiKeys.createdAt, apiKeys.id],
    item: apiKeyJson,
  }),
});
