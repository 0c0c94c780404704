import { z } from "zod";

// One schema a function. The names are the variables that the function's template sets, so that
// infra can be typed by them: a variable that is read here and not set there does not compile.

/**
 * `postgres://ROLE[:PASSWORD]@HOST:PORT/DATABASE?sslmode=verify-full`. Without a password the
 * connection signs an IAM token for ROLE.
 */
const DATABASE_URL = z.url({ protocol: /^postgres(ql)?$/ });

/** What a dedicated database is called, in `dedicated` of infra/stages.ts and in `auth.tenants.placement`. */
const placementName = z
  .string()
  .regex(/^[a-z][a-z0-9]*$/, "must be lower-case letters and digits")
  .refine((name) => name !== "home", "must not be home");

/**
 * The databases of tenants that have one of their own, by name and as JSON: `{"annex":"postgres://…"}`.
 * `{}` when every tenant lives at home. The names are those of `dedicated` in infra/stages.ts, and stand
 * in `auth.tenants.placement`.
 */
const DEDICATED_DATABASES = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "must be JSON" });
      return z.NEVER;
    }
  })
  .pipe(z.record(placementName, DATABASE_URL));

/** Every database that a tenant may live in. */
const DATABASES = { DATABASE_URL, DEDICATED_DATABASES };

/** Where the product is reached from outside, without a path: `https://app.example.com`. */
const PUBLIC_URL = z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).pathname === "/", {
  message: "must have no path",
});

const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `must be an ARN of ${service}`);

const queueUrl = z.url({ protocol: /^https?$/ });
const QUEUES = { JOBS_QUEUE_URL: queueUrl, SWEEPS_QUEUE_URL: queueUrl };

export const authConfig = z.object({
  DATABASE_URL,
  PUBLIC_URL,
  AUTH_SECRET_ARN: arn("secretsmanager"),
  ORIGIN_SECRET_ARN: arn("secretsmanager"),
  MAIL_FROM: z.email(),
});
export type AuthConfig = z.infer<typeof authConfig>;

export const apiConfig = z.object({
  ...DATABASES,
  PUBLIC_URL,
  ORIGIN_SECRET_ARN: arn("secretsmanager"),
  ...QUEUES,
  EXPORTS_BUCKET: z.string().min(3),
});
export type ApiConfig = z.infer<typeof apiConfig>;

export const workerConfig = z.object({
  ...DATABASES,
  ...QUEUES,
  EXPORTS_BUCKET: z.string().min(3),
});
export type WorkerConfig = z.infer<typeof workerConfig>;

export const deadLettersConfig = z.object({ ...DATABASES, ...QUEUES });
export type DeadLettersConfig = z.infer<typeof deadLettersConfig>;

export const sweeperConfig = z.object({ ...DATABASES, ...QUEUES });
export type SweeperConfig = z.infer<typeof sweeperConfig>;

export const schemaConfig = z.object({
  CLUSTER_ARN: arn("rds"),
  MASTER_SECRET_ARN: arn("secretsmanager"),
  DATABASE_NAME: z.string().min(1),
});
export type SchemaConfig = z.infer<typeof schemaConfig>;

/** A dedicated database, its name, and the home database that it is paired with. */
export const pairingConfig = schemaConfig.extend({
  PLACEMENT: placementName,
  HOME_CLUSTER_ARN: arn("rds"),
  HOME_MASTER_SECRET_ARN: arn("secretsmanager"),
});
export type PairingConfig = z.infer<typeof pairingConfig>;

export const operatorConfig = z.object({ ...DATABASES, EXPORTS_BUCKET: z.string().min(3) });
export type OperatorConfig = z.infer<typeof operatorConfig>;

export const siteConfig = z.object({ SITE_BUCKET: z.string().min(3) });
export type SiteConfig = z.infer<typeof siteConfig>;

/**
 * What every function reads besides: OpenTelemetry's own variables, and one of ours for what may not
 * stand in a template. Without an endpoint and without X-Ray no span leaves the process.
 */
export const telemetryConfig = z.object({
  POWERTOOLS_SERVICE_NAME: z.string().min(1).default("bulkhead"),
  /** Whether tenant, request and trace are added to Lambda's own segments in X-Ray. It costs: see the decision on telemetry. */
  POWERTOOLS_TRACE_ENABLED: z.stringbool().default(false),
  /** The share of new traces that is kept, 0 to 1; OTEL_TRACES_SAMPLER says how it is meant. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_TRACES_SAMPLER: z.literal("parentbased_traceidratio").default("parentbased_traceidratio"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Where no endpoint is set, spans go to X-Ray's OTLP endpoint in this region, signed. */
  XRAY_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region")
    .optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal("http/json").default("http/json"),
  /** `name=value,…`, for a collector whose headers hold no key. */
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  /** The same, as the value of a secret. */
  OTLP_HEADERS_SECRET_ARN: arn("secretsmanager").optional(),
});
export type TelemetryConfig = z.infer<typeof telemetryConfig>;

/**
 * The operator's command, which finds what runs on this machine by itself: DATABASE_URL and
 * DEDICATED_DATABASES name what runs elsewhere.
 */
export const tenantCommandConfig = z.object({
  DATABASE_URL: DATABASE_URL.optional(),
  DEDICATED_DATABASES: DEDICATED_DATABASES.prefault("{}"),
  EXPORTS_BUCKET: z.string().min(3).optional(),
  BULKHEAD_HOME: z.string().min(1).default(".bulkhead"),
});
export type TenantCommandConfig = z.infer<typeof tenantCommandConfig>;
