import type { TelemetryConfig } from "../config.ts";

/** Where spans are sent. */
export type Destination = {
  url: string;
  /** The headers of one request. Asked for at each try: a key may be replaced, and a signature ages. */
  headers(body: Uint8Array): Promise<Record<string, string>>;
};

/**
 * The collector of OTEL_EXPORTER_OTLP_ENDPOINT, otherwise X-Ray in XRAY_REGION. Undefined when neither
 * is set: the process then records no span.
 */
export function destinationOf(
  config: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Destination | undefined {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT) {
    return collectorAt(config.OTEL_EXPORTER_OTLP_ENDPOINT, config, readSecret);
  }
  return config.XRAY_REGION ? xrayIn(config.XRAY_REGION) : undefined;
}

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
const collectorAt = (
  endpoint: string,
  { OTLP_HEADERS_SECRET_ARN: arn, OTEL_EXPORTER_OTLP_HEADERS: plain = "" }: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Destination => ({
  url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
  async headers() {
    const { parseKeyPairsIntoRecord } = await import("@opentelemetry/core");
    const own = parseKeyPairsIntoRecord(arn ? await readSecret(arn) : plain);
    return { ...own, "content-type": "application/json" };
  },
});

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html */
function xrayIn(region: string): Destination {
  const url = `https://xray.${region}.amazonaws.com/v1/traces`;
  let signer: Promise<Destination["headers"]> | undefined;
  return {
    url,
    async headers(body) {
      signer ??= import("./sign.ts").then(({ createSigner }) => createSigner({ url, region }));
      const sign = await signer;
      return sign(body);
    },
  };
}
