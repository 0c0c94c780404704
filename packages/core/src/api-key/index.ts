export { createApiKey } from "./create.ts";
export { listApiKeys } from "./list.ts";
export { revokeApiKey } from "./revoke.ts";
export { API_KEY } from "./secret.ts";
export { ApiKey, NewApiKey } from "./shape.ts";
