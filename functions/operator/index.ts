import { readSecret } from "@bulkhead/aws/secrets";
import { operatorConfig, readConfig, telemetryConfig } from "@bulkhead/config";
import { startTelemetry } from "@bulkhead/telemetry";
import { createOperator } from "./operator.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);

export const handler = createOperator({ config: readConfig(operatorConfig) });
