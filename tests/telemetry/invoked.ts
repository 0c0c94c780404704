import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { failed, inWork, setIdentity, startTelemetry } from "@bulkhead/telemetry";

// A function's process, by itself: each line of its input is an invocation, whose trace Lambda puts into
// the environment first. The process lives on between them, as a warm one does.
startTelemetry(
  {
    POWERTOOLS_SERVICE_NAME: "worker",
    POWERTOOLS_TRACE_ENABLED: true,
    OTEL_TRACES_SAMPLER_ARG: 1,
  },
  async () => "",
);

const { cache } = createRequire(import.meta.url);
const isSdkLoaded = () => Object.keys(cache).some((file) => file.includes("aws-xray-sdk"));

export type Invocation = {
  xray: string;
  traceparent: string;
  tenantId: string;
  requestId: string;
  fails?: boolean;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { xray, traceparent, tenantId, requestId, fails } = JSON.parse(line) as Invocation;
  process.env._X_AMZN_TRACE_ID = xray;
  const [, traceId = "", spanId = ""] = traceparent.split("-");
  const parent = { traceId, spanId, sampled: true };
  await inWork(
    { name: "project.export", kind: "consumer", scope: "delivery", requestId, parent },
    async () => {
      setIdentity({ tenantId });
      if (fails) failed(new Error("hunter2"));
    },
  );
  process.stdout.write(`${JSON.stringify({ isSdkLoaded: isSdkLoaded() })}\n`);
}
