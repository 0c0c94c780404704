import type { FunctionName } from "./functions.ts";
import { SynthError } from "./synth-error.ts";

/** All settings of one deployment. Plain data: no construct, no look-up. */
export interface StageConfig {
  readonly name: StageName;
  readonly region: string;
  /** Account to deploy to. @default - the account of the credentials */
  readonly account?: string;
  /**
   * How the functions reach AWS's services and the internet. `none` has no internet access: interface
   * endpoints provide the services that the functions call.
   */
  readonly nat: "gateway" | "instance" | "none";
  readonly database: DatabaseSettings;
  /**
   * Dedicated databases, each with a cluster, key, backups and security group of its own. Deploying one
   * moves no tenant: `auth.tenants.placement` names the database of each.
   * @default - every tenant is in the pooled database
   */
  readonly dedicated?: readonly DedicatedDatabase[];
  /** Refuses to delete the database, and retains keys, logs and backups when a stack is deleted. */
  readonly protection: boolean;
  readonly logDays: number;
  readonly concurrency: {
    /** Worker invocations that may run at once, 2 to 1000. */
    readonly worker: number;
    /**
     * Reserved concurrency of each function. Leave it out in an account whose quota is still 10:
     * Lambda rejects a reservation that leaves fewer than 10 unreserved.
     */
    readonly reserved?: Readonly<Record<FunctionName, number>>;
  };
  /** HTTP requests a second, and the burst above it, before the API answers 429. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly mail: {
    /** The sender of every mail. */
    readonly from: string;
    /** SES identity to create: a domain, or one address. @default - the account has it already */
    readonly identity?: string;
    /** Verified addresses, the only ones that an account in the SES sandbox can send to. */
    readonly sandboxRecipients?: readonly string[];
  };
  /** Subscriber to alarms. @default - the topic has no subscription */
  readonly alarms?: { readonly email: string };
  /** A custom domain. @default - the distribution's */
  readonly domain?: Domain;
  /** AWS WAF in front of the distribution. */
  readonly firewall: boolean;
  readonly telemetry: {
    /** The share of new traces that is kept, 0 to 1. One that was begun elsewhere, or fails, is kept anyway. */
    readonly sampling: number;
    /**
     * The account has Transaction Search in this region already, from another stage for example.
     * @default false - the stage turns it on: X-Ray takes no spans without it
     */
    readonly accountHasTransactionSearch?: boolean;
    /**
     * Also annotate Lambda's own segments with tenant, request and trace, by Powertools' Tracer. It loads
     * the X-Ray SDK with the first sampled invocation, and every await of the process costs more from then on.
     * @default false
     */
    readonly segmentAnnotations?: boolean;
    /**
     * The collector that spans are sent to: Tempo, Honeycomb, Datadog, or one's own.
     * @default - X-Ray's OTLP endpoint of the stage's region
     */
    readonly otlp?: {
      /** Its base, to which `/v1/traces` is added: `https://api.honeycomb.io`. */
      readonly endpoint: string;
      /**
       * ARN of a secret whose value is `name=value,…`: the headers that hold its key. Of this account,
       * under the account's own key for secrets (aws/secretsmanager).
       */
      readonly headersSecret?: string;
    };
  };
}

/**
 * A custom domain for the product. With its hosted zone, the certificate and the records are created.
 * Without, it needs an ACM certificate in us-east-1, and a DNS record that points to the distribution.
 */
export type Domain = { readonly name: string } & (
  | {
      readonly zone: { readonly hostedZoneId: string; readonly zoneName: string };
      readonly certificateArn?: undefined;
    }
  | { readonly certificateArn: string; readonly zone?: undefined }
);

export interface DatabaseSettings {
  /** Aurora capacity units, in halves. A minimum of 0 lets the cluster pause. */
  readonly minimumCapacity: number;
  readonly maximumCapacity: number;
  /** Read replicas, and failover targets for the writer. */
  readonly readers: number;
  /** Days of point-in-time recovery, 1 to 35. */
  readonly backupDays: number;
  /** Retention of a daily copy in a backup vault, which outlives the cluster. @default - no copy */
  readonly vaultDays?: number;
}

export interface DedicatedDatabase {
  /** Lower-case letters and digits, and not `home`. Tenants' placements refer to it: never rename it. */
  readonly name: string;
  readonly database: DatabaseSettings;
  /** Generation of the key that home and this database share. Raise it to rotate the key. @default 1 */
  readonly keyGeneration?: number;
}

export const STAGE_NAMES = ["dev", "prod"] as const;
export type StageName = (typeof STAGE_NAMES)[number];

const dev: StageConfig = {
  name: "dev",
  region: "eu-central-1",
  nat: "instance",
  database: { minimumCapacity: 0, maximumCapacity: 2, readers: 0, backupDays: 1 },
  // For trying a move. Empty and paused until a tenant is moved there.
  dedicated: [
    {
      name: "annex",
      database: { minimumCapacity: 0, maximumCapacity: 2, readers: 0, backupDays: 1 },
    },
  ],
  protection: false,
  logDays: 30,
  concurrency: { worker: 4 },
  throttle: { rate: 50, burst: 100 },
  mail: { from: "bulkhead@dev.example.com", identity: "dev.example.com" },
  firewall: false,
  telemetry: { sampling: 1 },
};

const prod: StageConfig = {
  name: "prod",
  region: "eu-central-1",
  nat: "gateway",
  database: {
    minimumCapacity: 1,
    maximumCapacity: 16,
    readers: 1,
    backupDays: 35,
    vaultDays: 90,
  },
  protection: true,
  logDays: 365,
  concurrency: {
    worker: 20,
    // The worker's reservation is never below its event source's maximum: Lambda would throttle what SQS
    // delivers, and each throttled delivery costs the job one of its attempts.
    reserved: {
      auth: 50,
      api: 200,
      worker: 20,
      "dead-letters": 2,
      sweeper: 2,
      schema: 1,
      pairing: 1,
      operator: 2,
      site: 1,
    },
  },
  throttle: { rate: 500, burst: 1000 },
  mail: { from: "bulkhead@example.com", identity: "example.com" },
  firewall: true,
  telemetry: { sampling: 0.1 },
};

const STAGES: Readonly<Record<StageName, StageConfig>> = { dev, prod };

/** @throws SynthError that names the valid stages. */
export function findStage(name: unknown): StageConfig {
  const stage = STAGE_NAMES.find((each) => each === name);
  if (stage) return STAGES[stage];
  throw new SynthError(
    `There is no stage ${JSON.stringify(name)}: the stages are ${STAGE_NAMES.join(", ")}. ` +
      "Choose one: `npm run synth -- NAME`, or `-c stage=NAME` for the CDK's own commands.",
  );
}
