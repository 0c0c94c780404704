import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { readBody } from "../protocol/body.ts";
import { ServiceFault } from "../protocol/fault.ts";
import { decodeTraces } from "./decode.ts";
import type { TraceStore } from "./store.ts";

const PATH = "/v1/traces";

/** Limit of a request, before and after decompression. The OpenTelemetry Collector takes 20 MiB. */
const BODY_BYTES = 4 * 1024 * 1024;

/**
 * OTLP over HTTP in its JSON encoding. Invalid spans and spans over the limits are reported as a partial
 * success; an invalid request gets a `Status` with the reason.
 *
 * Only processes send spans: a request with an Origin is refused, so that no web page can write here.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export const otlpReceiver =
  (store: TraceStore): RequestListener =>
  async (request, response) => {
    try {
      refuseForeignRequests(request);
      const decoded = decodeTraces(parse(await bodyOf(request)));
      if (!decoded) throw bad(400, "The body is not an ExportTraceServiceRequest.");
      const dropped = store.add(decoded.spans);
      send(response, 200, partialSuccess(decoded.rejected, dropped, decoded.why));
    } catch (error) {
      if (!(error instanceof ServiceFault)) console.error(error);
      const { status, message } =
        error instanceof ServiceFault
          ? error
          : bad(500, "Internal error: see the output of the local cloud.");
      // The rest of a refused body is not read, so the connection cannot be reused.
      if (!request.complete) response.setHeader("connection", "close");
      send(response, status, { message });
    }
  };

function refuseForeignRequests(request: IncomingMessage): void {
  const { headers, method, url, socket } = request;
  const names = ["127.0.0.1", "localhost"].map((name) => `${name}:${socket.localPort}`);
  if (!names.includes(headers.host ?? "")) throw bad(421, `The Host must be ${names[0]}.`);
  if (headers.origin !== undefined) throw bad(403, "Requests from browsers are refused.");
  if (url !== PATH) throw bad(404, `Unknown path: expected ${PATH}.`);
  if (method !== "POST") throw bad(405, "Method not allowed: expected POST.");
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") {
    throw bad(
      415,
      "Content-Type must be application/json: set OTEL_EXPORTER_OTLP_PROTOCOL to http/json.",
    );
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  const body = await readBody(request, BODY_BYTES);
  if (encoding === "identity") return body;
  if (encoding !== "gzip") throw bad(415, "Content-Encoding must be gzip or none.");
  return promisify(gunzip)(body, { maxOutputLength: BODY_BYTES }).catch((error) => {
    if (error.code === "ERR_BUFFER_TOO_LARGE")
      throw bad(413, `The decompressed body exceeds ${BODY_BYTES} bytes.`);
    throw bad(400, "The body is not gzip.");
  });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw bad(400, "The body is not JSON.");
  }
}

function partialSuccess(invalid: number, dropped: number, why: string | undefined): object {
  if (invalid + dropped === 0) return {};
  const reasons = [
    ...(invalid > 0 ? [`${invalid} invalid (the first: ${why})`] : []),
    ...(dropped > 0 ? [`${dropped} over the limits of their trace`] : []),
  ];
  // 64-bit integers are strings in this encoding.
  return {
    partialSuccess: { rejectedSpans: String(invalid + dropped), errorMessage: reasons.join("; ") },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const bad = (status: number, message: string) => new ServiceFault("Status", status, message);
