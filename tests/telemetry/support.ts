import { startTelemetry, type TelemetryConfig } from "@bulkhead/telemetry";
import { onTestFinished } from "vitest";

/** Telemetry as a function's process has it, until the test ends. */
export function exporting(
  endpoint: string,
  service: string,
  more: Partial<TelemetryConfig> = {},
  readSecret: (arn: string) => Promise<string> = async () => "",
) {
  const config = {
    POWERTOOLS_SERVICE_NAME: service,
    POWERTOOLS_TRACE_ENABLED: false,
    OTEL_TRACES_SAMPLER_ARG: 1,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    ...more,
  };
  const telemetry = startTelemetry(config, readSecret);
  onTestFinished(telemetry.stop);
  return telemetry;
}
