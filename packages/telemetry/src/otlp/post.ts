import type { Agent, RequestOptions } from "node:http";

/** Sends one ExportTraceServiceRequest. Resolves with how many of its spans were refused. @throws NotTaken */
export type Post = (body: Buffer) => Promise<number>;

/** The collector did not take the spans. The message is a code: what a collector says may quote them. */
export class NotTaken extends Error {
  override name = "NotTaken";
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, retryAfterSeconds?: number, options?: ErrorOptions) {
    super(code, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type PostOptions = {
  /** OTEL_EXPORTER_OTLP_ENDPOINT: the base, to which the path of the signal is added. */
  endpoint: string;
  /** Asked for at each request: whoever gives them may keep them. */
  headers: () => Promise<Record<string, string>>;
  /** @default 3_000 */
  timeoutMilliseconds?: number;
};

/**
 * Posts to `{endpoint}/v1/traces` over one connection that is kept. Node's client is loaded with the
 * first batch, so that a process's start does not pay for it; and not by `import`, which would load all
 * that `node:http` could ever do.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createPost({ endpoint, headers, timeoutMilliseconds = 3_000 }: PostOptions): Post {
  const url = new URL(`${endpoint.replace(/\/+$/, "")}/v1/traces`);
  let agent: Agent | undefined;

  return async (body) => {
    const { Agent, request } =
      url.protocol === "https:"
        ? process.getBuiltinModule("node:https")
        : process.getBuiltinModule("node:http");
    agent ??= new Agent({ keepAlive: true, maxSockets: 1 });
    const options: RequestOptions = {
      method: "POST",
      agent,
      timeout: timeoutMilliseconds,
      signal: AbortSignal.timeout(timeoutMilliseconds),
      headers: {
        ...(await headers().catch((cause: unknown) => {
          throw new NotTaken("headers.unreadable", undefined, { cause });
        })),
        "content-type": "application/json",
        "content-length": body.length,
      },
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, options, (response) => {
        const { statusCode = 0 } = response;
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (cause) =>
          reject(new NotTaken("collector.hung_up", undefined, { cause })),
        );
        response.on("end", () => {
          if (statusCode < 200 || statusCode > 299) {
            const after = Number(response.headers["retry-after"]);
            return reject(new NotTaken(`collector.${statusCode}`, after > 0 ? after : undefined));
          }
          resolve(rejectedIn(Buffer.concat(chunks).toString()));
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("timeout")));
      sent.on("error", (cause: NodeJS.ErrnoException) =>
        reject(new NotTaken(`collector.${cause.code ?? "timeout"}`, undefined, { cause })),
      );
      sent.end(body);
    });
  };
}

/** How many spans of a request that was taken were not: `partialSuccess.rejectedSpans`. */
function rejectedIn(body: string): number {
  try {
    const { partialSuccess } = JSON.parse(body) as { partialSuccess?: { rejectedSpans?: unknown } };
    return Number(partialSuccess?.rejectedSpans ?? 0);
  } catch {
    return 0; // an empty answer, or protobuf: it was taken
  }
}
