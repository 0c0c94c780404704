export { type Connections, connect, type Exchange } from "./pool.ts";
export { type Bound, type Builder, handwritten, statement } from "./statement.ts";
export { runBeside, runIn } from "./tenant/bearer.ts";
export { change } from "./tenant/change.ts";
export { type Conversation, converse } from "./tenant/converse.ts";
export type { Credential, Opened, Purpose } from "./tenant/credential.ts";
export {
  type Answer,
  continueTrace,
  enqueue,
  type Mutation,
  mutate,
  readToken,
  type Token,
} from "./tenant/mutate.ts";
export { connectAll, type Databases, OutOfReach } from "./tenant/placement.ts";
export { type Caller, transact, transactInBoth } from "./tenant/transact.ts";
