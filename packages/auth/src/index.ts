export { type Auth, type AuthOptions, createAuth } from "./create.ts";
export { openPool } from "./pool.ts";
export { storedToken } from "./session-tokens.ts";
