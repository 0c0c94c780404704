export type { DatabaseEvent } from "./events.ts";
export { type Connections, connect, type Exchange } from "./pool.ts";
export { type DatabaseConfig, RolePool } from "./role-pool.ts";
export {
  type BoundStatement,
  type Builder,
  type PreparedQuery,
  rawStatement,
  statement,
} from "./statement.ts";
export type { Credential, Opened, Purpose } from "./tenant/credential.ts";
export {
  type Answer,
  change,
  continueTrace,
  enqueue,
  type Mutation,
  mutate,
} from "./tenant/mutate.ts";
export { connectAll, type Databases, DatabaseUnavailable } from "./tenant/placement.ts";
export { type AdmittedJob, readAdmittedJob, type Token, tokensOf } from "./tenant/token.ts";
export { type Caller, transact, transactInBoth } from "./tenant/transact.ts";
export { type Transaction, withTransaction } from "./tenant/with-transaction.ts";
export { runForTenant, runInDatabase } from "./tenant/without-credential.ts";
