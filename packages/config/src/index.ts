export { readConfig } from "./read.ts";
export {
  type ApiConfig,
  type AuthConfig,
  apiConfig,
  authConfig,
  type DeadLettersConfig,
  deadLettersConfig,
  type SchemaConfig,
  type SiteConfig,
  type SweeperConfig,
  schemaConfig,
  siteConfig,
  sweeperConfig,
  type TelemetryConfig,
  telemetryConfig,
  type WorkerConfig,
  workerConfig,
} from "./schemas.ts";
