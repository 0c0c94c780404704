export { type Claim, type Ctx, callerOf, sha256, type WriteCtx } from "./ctx.ts";
export { Id, type Input, Name } from "./input.ts";
export { json } from "./json.ts";
export { defineMutation, type Mutation } from "./mutation.ts";
export { PageOf, page, paging } from "./page.ts";
export { PERMISSIONS, type Permission } from "./permission.ts";
export { defineRead, type Read } from "./read.ts";
export { refused } from "./refusal.ts";
export { seal, unseal } from "./seal.ts";
