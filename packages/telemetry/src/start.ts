import { captureConsole } from "./console.ts";
import { logger } from "./logger.ts";
import { count } from "./metrics.ts";
import { createExporter, type Exporter } from "./otlp/exporter.ts";
import { parseHeaders } from "./otlp/headers.ts";
import { createPost } from "./otlp/post.ts";
import { install } from "./settings.ts";
import { annotateXray } from "./trace/annotate-xray.ts";
import { isKept, outsideWork } from "./trace/work.ts";

/** The variables of `telemetryConfig`, which every function's template sets. */
export type TelemetryConfig = {
  POWERTOOLS_SERVICE_NAME: string;
  POWERTOOLS_TRACE_ENABLED: boolean;
  OTEL_TRACES_SAMPLER_ARG: number;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  OTLP_HEADERS_SECRET_ARN?: string | undefined;
};

/** For whoever does not end with its process. */
export type Telemetry = {
  /** Sends the spans that wait, and waits until they have been taken or lost. */
  flush(): Promise<void>;
  /** Puts everything back to how it was. */
  stop(): void;
};

/**
 * Call it once, when a process starts, before anything is printed. `readSecret` gives the collector's
 * headers, which hold its key, by the ARN of their secret.
 */
export function startTelemetry(
  config: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Telemetry {
  const giveBack = captureConsole();
  const exporter = exporterOf(config, readSecret);
  const xray = config.POWERTOOLS_TRACE_ENABLED;
  const uninstall = install({
    sampling: config.OTEL_TRACES_SAMPLER_ARG,
    ...((exporter || xray) && {
      async settle(work) {
        if (xray) await annotateXray(work).catch(untraced);
        if (isKept(work)) await exporter?.settle(work);
      },
    }),
  });
  return {
    flush: async () => exporter?.flush(),
    stop() {
      uninstall();
      giveBack();
    },
  };
}

function exporterOf(
  config: TelemetryConfig,
  readSecret: (arn: string) => Promise<string>,
): Exporter | undefined {
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: plain,
    OTLP_HEADERS_SECRET_ARN: arn,
  } = config;
  if (!endpoint) return undefined;
  const headers = async () => parseHeaders(arn ? await readSecret(arn) : (plain ?? ""));
  return createExporter({
    service: config.POWERTOOLS_SERVICE_NAME,
    post: createPost({ endpoint, headers }),
    onDropped,
  });
}

const untraced = (error: unknown) => logger.warn("X-Ray was not told", { error });

function onDropped(spans: number, reason: string): void {
  outsideWork(() => {
    count("SpansDropped", spans, { scope: "exporter", reason });
    logger.warn("spans were dropped", { scope: "exporter", spans, reason });
  });
}
