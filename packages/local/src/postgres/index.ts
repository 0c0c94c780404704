export { type Aurora, MASTER_ROLE, prepareAurora } from "./aurora.ts";
export { type PostgresServer, startPostgres } from "./server.ts";
