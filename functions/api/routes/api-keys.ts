import { ApiKey, createApiKey, listApiKeys, NewApiKey, revokeApiKey } from "@bulkhead/core/api-key";
import { PageOf } from "@bulkhead/core/verb";
import { mutates, reads } from "../route.ts";

export const apiKeys = [
  reads("/v1/api-keys", listApiKeys, {
    summary: "List API keys, the newest first",
    description: "Revoked and expired keys too.",
    answers: PageOf(ApiKey),
  }),
  mutates("post", "/v1/api-keys", createApiKey, {
    summary: "Create an API key",
    description: "The answer contains the key. Store it: it cannot be shown again.",
    answers: NewApiKey,
  }),
  mutates("delete", "/v1/api-keys/{id}", revokeApiKey, {
    summary: "Revoke an API key",
    description: "The key is refused from the next request on. It stays in the list.",
  }),
];
