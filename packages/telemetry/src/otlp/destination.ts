import type { TelemetryConfig } from "../config.ts";

/** Where spans are sent. */
export type Destination = {
  url: string;
  /** The headers of one request. Asked for at each try: a key may be replaced, and a signature ages. */
  headers(body: Uint8Array): Promise<Record<string, string>>;
};

/**
 * The collector of OTEL_EXPORTER_OTLP_ENDPOINT. Undefined when the process sends its spans nowhere.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function destinationOf(
  config: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Destination | undefined {
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: plain = "",
    OTLP_HEADERS_SECRET_ARN: arn,
  } = config;
  if (!endpoint) return undefined;
  return {
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    async headers() {
      const { parseKeyPairsIntoRecord } = await import("@opentelemetry/core");
      return {
        ...parseKeyPairsIntoRecord(arn ? await readSecret(arn) : plain),
        "content-type": "application/json",
      };
    },
  };
}
