/** The variables of `telemetryConfig`, which every function's template sets. */
export type TelemetryConfig = {
  POWERTOOLS_SERVICE_NAME: string;
  POWERTOOLS_TRACE_ENABLED: boolean;
  OTEL_TRACES_SAMPLER_ARG: number;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  OTLP_HEADERS_SECRET_ARN?: string | undefined;
  XRAY_REGION?: string | undefined;
};
