import type { FunctionName } from "./bundle.ts";
import { SynthError } from "./synth-error.ts";

/** Everything in which one deployment differs from another. Plain data: no construct, no look-up. */
export interface StageConfig {
  readonly name: StageName;
  readonly region: string;
  /** Account to deploy to. Without it the templates fit whichever account the credentials name. */
  readonly account?: string;
  /**
   * How the functions reach AWS's services and the internet. `none` has no way to the internet:
   * interface endpoints stand in for the services that the functions call.
   */
  readonly nat: "gateway" | "instance" | "none";
  readonly database: DatabaseSettings;
  /**
   * Databases beside it for tenants that want one of their own, each with its cluster, key, backups and
   * way in. Deploying one moves nobody: a tenant lives where `auth.tenants.placement` says.
   * @default - every tenant lives in the pooled one
   */
  readonly dedicated?: readonly DedicatedDatabase[];
  /** Refuse to delete the database, and keep keys, logs and backups when a stack goes. */
  readonly protection: boolean;
  readonly logDays: number;
  readonly concurrency: {
    /** Worker invocations that may run at once, 2 to 1000. */
    readonly worker: number;
    /**
     * Reserved concurrency of each function. Leave it out in an account whose quota is still 10:
     * Lambda refuses a reservation that leaves fewer than that for everyone else.
     */
    readonly reserved?: Readonly<Record<FunctionName, number>>;
  };
  /** HTTP requests a second, and the burst above it, before the API answers 429. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly mail: {
    /** The sender of every letter. */
    readonly from: string;
    /** SES identity to create: a domain, or one address. Leave it out if the account has it. */
    readonly identity?: string;
    /** Addresses that an account in the SES sandbox has verified, and so may write to. */
    readonly sandboxRecipients?: readonly string[];
  };
  /** Where alarms are sent. Without it the topic exists and nobody has subscribed. */
  readonly alarms?: { readonly email: string };
  /** A name of one's own. @default - the distribution's */
  readonly domain?: Domain;
  /** AWS WAF before the distribution, in us-east-1. */
  readonly firewall: boolean;
  readonly telemetry: {
    /** The share of new traces that is kept, 0 to 1. One that was begun elsewhere, or fails, is kept anyway. */
    readonly sampling: number;
    /** Also tell X-Ray of tenant, request and trace. Every await of a process costs more from then on. */
    readonly xray?: boolean;
    /** The collector that spans are sent to: Tempo, Honeycomb, Datadog, or one's own. Without it none leaves. */
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
 * A name of one's own for the product. With the hosted zone that it is in, the certificate and the
 * records that lead to the distribution are made; elsewhere bring a certificate of ACM's in us-east-1
 * and point the name at the distribution.
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
  /** Instances that only read, and take over when the writer fails. */
  readonly readers: number;
  /** Days of point-in-time recovery, 1 to 35. */
  readonly backupDays: number;
  /** A daily copy in a vault of its own, kept this many days, which outlives the cluster. */
  readonly vaultDays?: number;
}

export interface DedicatedDatabase {
  /** Lower-case letters and digits, and not `home`. Tenants' placements hold it: it is never renamed. */
  readonly name: string;
  readonly database: DatabaseSettings;
  /** Of the key that home and this database share. Raise it to replace the key. @default 1 */
  readonly keyGeneration?: number;
}

export const STAGE_NAMES = ["dev", "prod"] as const;
export type StageName = (typeof STAGE_NAMES)[number];

const dev: StageConfig = {
  name: "dev",
  region: "eu-central-1",
  nat: "instance",
  database: { minimumCapacity: 0, maximumCapacity: 2, readers: 0, backupDays: 1 },
  // Empty until a tenant is moved there, and paused: it is what a laptop tries a move with.
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
    // The worker's reservation is never below its event source's maximum: SQS would deliver what
    // Lambda throttles, and each throttled delivery costs the job one of its tries.
    reserved: {
      auth: 50,
      api: 200,
      worker: 20,
      "dead-letters": 2,
      sweeper: 2,
      schema: 1,
      introduction: 1,
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
  const known = STAGE_NAMES.find((stage) => stage === name);
  if (known) return STAGES[known];
  throw new SynthError(
    `There is no stage ${JSON.stringify(name)}: the stages are ${STAGE_NAMES.join(", ")}. ` +
      "Choose one: `npm run synth -- NAME`, or `-c stage=NAME` for the CDK's own commands.",
  );
}
