export { type Migration, readMigrations } from "./files.ts";
export { type Pairing, pairDatabases } from "./pair.ts";
export { pgMigrator } from "./pg.ts";
export { type Migrator, migrate, type Transaction } from "./run.ts";
export { splitStatements } from "./split.ts";
