import type { TelemetryConfig } from "./config.ts";
import { logger } from "./logger.ts";
import { count } from "./metrics.ts";
import { destinationOf } from "./otlp/destination.ts";
import { createExporter, type Exporter } from "./otlp/exporter.ts";
import { install } from "./settings.ts";
import { annotateXray } from "./trace/annotate-xray.ts";
import { outsideWork } from "./trace/in-work.ts";
import { isKept } from "./trace/work.ts";

/** For a caller that does not end with its process. */
export type Telemetry = {
  /** Sends the spans that wait, and waits until they have been taken or lost. */
  flush(): Promise<void>;
  /** Puts everything back to how it was. */
  stop(): void;
};

/**
 * Call it once, when a process starts. `readSecret` gives the collector's headers, which hold its key,
 * by the ARN of their secret.
 */
export function startTelemetry(
  config: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Telemetry {
  const exporter = exporterOf(config, readSecret);
  const xray = config.POWERTOOLS_TRACE_ENABLED;
  const uninstall = install({
    sampling: config.OTEL_TRACES_SAMPLER_ARG,
    ...((exporter || xray) && {
      async export(work) {
        if (xray) await annotateXray(work).catch(onNotAnnotated);
        // The connection to the collector belongs to no request, and neither does what is said of it.
        if (exporter && isKept(work)) await outsideWork(() => exporter.export(work));
      },
    }),
  });
  return { flush: async () => exporter?.flush(), stop: uninstall };
}

function exporterOf(
  config: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Exporter | undefined {
  const destination = destinationOf(config, readSecret);
  if (!destination) return undefined;
  return createExporter({
    // The SDK takes time to load: a process that keeps no trace does without it.
    async open() {
      const { createPipeline } = await import("./otlp/pipeline.ts");
      return createPipeline({ service: config.POWERTOOLS_SERVICE_NAME, destination, onDropped });
    },
    onFailed: (error) => logger.error("span export failed", { scope: "exporter", error }),
  });
}

const onNotAnnotated = (error: unknown) => logger.warn("x-ray segment not annotated", { error });

function onDropped(spans: number, reason: string): void {
  outsideWork(() => {
    count("SpansDropped", spans, { scope: "exporter", reason });
    logger.warn("spans dropped", { scope: "exporter", spans, reason });
  });
}
