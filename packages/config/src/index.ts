export { readConfig } from "./read.ts";
export {
  type ApiConfig,
  type AuthConfig,
  apiConfig,
  authConfig,
  type DeadLettersConfig,
  deadLettersConfig,
  type SchemaConfig,
  type SweeperConfig,
  schemaConfig,
  sweeperConfig,
  type WorkerConfig,
  workerConfig,
} from "./schemas.ts";
