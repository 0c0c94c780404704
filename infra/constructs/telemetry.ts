import type { TelemetryConfig } from "@bulkhead/config";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { StageConfig } from "../stages.ts";

/** The telemetry settings of every function, and the permissions that they need. */
export function telemetryOf({ telemetry, region }: StageConfig) {
  const { sampling, segmentAnnotations = false, otlp } = telemetry;
  const environment = {
    POWERTOOLS_TRACE_ENABLED: String(segmentAnnotations),
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: String(sampling),
    ...(otlp ? { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint } : { XRAY_REGION: region }),
    ...(otlp?.headersSecret && { OTLP_HEADERS_SECRET_ARN: otlp.headersSecret }),
  } satisfies Partial<Record<keyof TelemetryConfig, string>>;
  const statements = otlp?.headersSecret
    ? [
        new PolicyStatement({
          actions: ["secretsmanager:GetSecretValue"],
          resources: [otlp.headersSecret],
        }),
      ]
    : [];
  return { environment, statements };
}
