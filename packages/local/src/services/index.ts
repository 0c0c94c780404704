import { type Otlp, startOtlp } from "./otlp/index.ts";
import { openPorts } from "./ports.ts";
import type { ServiceEnvironment } from "./protocol/json-service.ts";
import { type RdsData, startRdsData } from "./rds-data/index.ts";
import { type S3, startS3 } from "./s3/index.ts";
import { type Secrets, startSecrets } from "./secrets/index.ts";
import { type Ses, startSes } from "./ses/index.ts";
import { type Sqs, startSqs } from "./sqs/index.ts";
import { openState, type State } from "./state/index.ts";

export { asText, type OtlpSpan } from "./otlp/index.ts";
export type { Cluster } from "./rds-data/index.ts";
export type { StoredMail } from "./ses/index.ts";
export type { ListedMessage, Queue } from "./sqs/index.ts";

/** The service names of the SDK's `AWS_ENDPOINT_URL_<SERVICE>` variables, and OpenTelemetry's. */
export type Endpoints = Record<
  "sqs" | "s3" | "secretsManager" | "rdsData" | "sesv2" | "otlp",
  string
>;

/** The services of the local cloud. Each speaks its real protocol on a port of 127.0.0.1. */
export type Services = {
  endpoints: Endpoints;
  sqs: Sqs;
  s3: S3;
  secrets: Secrets;
  rdsData: RdsData;
  ses: Ses;
  otlp: Otlp;
  /** Ends waiting receives, open transactions and connections, then closes the state. Idempotent. */
  close(): Promise<void>;
};

export type ServicesOptions = {
  /** The state folder, used by one process at a time. */
  home: string;
  region: string;
  account: string;
  /** The secret of an access key, looked up at every request; undefined for an unknown or revoked key. */
  secretOf(accessKeyId: string): string | undefined;
  /** Default: the ports of the last run, when they are free. */
  preferredPorts?: Partial<Record<keyof Endpoints, number>>;
  /** Unix milliseconds. Default: the system's clock. */
  now?: () => number;
};

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { home, preferredPorts = {}, now = Date.now } = options;
  const state = openState(home);
  const ports = openPorts(state);
  const environment: ServiceEnvironment = { ...options, now };
  const portOf = (service: keyof Endpoints) => preferredPorts[service] ?? ports.of(service);

  const sqs = await startSqs(state, environment, portOf("sqs"));
  const s3 = await startS3(state, environment, portOf("s3"));
  const secrets = await startSecrets(state, environment, portOf("secretsManager"));
  const rdsData = await startRdsData(secrets.valueOf, environment, portOf("rdsData"));
  const ses = await startSes(state, environment, portOf("sesv2"));
  const otlp = await startOtlp(portOf("otlp"));

  const endpoints: Endpoints = {
    sqs: sqs.endpoint,
    s3: s3.endpoint,
    secretsManager: secrets.endpoint,
    rdsData: rdsData.endpoint,
    sesv2: ses.endpoint,
    otlp: otlp.endpoint,
  };
  let closing: Promise<void> | undefined;
  for (const [service, endpoint] of Object.entries(endpoints)) ports.store(service, endpoint);
  return {
    endpoints,
    sqs,
    s3,
    secrets,
    rdsData,
    ses,
    otlp,
    close() {
      closing ??= closeAll([sqs, s3, secrets, rdsData, ses, otlp], state);
      return closing;
    },
  };
}

async function closeAll(services: readonly { close(): Promise<void> }[], state: State) {
  await Promise.all(services.map((service) => service.close()));
  state.close();
}
