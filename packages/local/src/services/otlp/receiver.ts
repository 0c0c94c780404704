import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { readBody } from "../protocol/body.ts";
import { ServiceFault } from "../protocol/fault.ts";
import { decodeTraces } from "./decode.ts";
import type { TraceStore } from "./store.ts";

const PATH = "/v1/traces";

/** Of a request, before and after it is unpacked. The OpenTelemetry Collector takes 20 MiB. */
const BODY_BYTES = 4 * 1024 * 1024;

/**
 * OTLP over HTTP in its JSON encoding. Spans that are wrong or find no room are told as a partial
 * success; a request that is wrong as a whole gets a `Status` with the reason.
 *
 * Processes send here, browsers do not: a request that names an Origin is refused, so that no page
 * of a stranger writes into it.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export const otlpReceiver =
  (store: TraceStore): RequestListener =>
  async (request, response) => {
    try {
      refuseStrangers(request);
      const decoded = decodeTraces(parse(await bodyOf(request)));
      if (!decoded) throw bad(400, "The body is no ExportTraceServiceRequest.");
      const dropped = store.add(decoded.spans);
      send(response, 200, partialSuccess(decoded.rejected, dropped, decoded.why));
    } catch (error) {
      if (!(error instanceof ServiceFault)) console.error(error);
      const { status, message } = error instanceof ServiceFault ? error : bad(500, "It failed.");
      // What is left of a refused body is not read: the connection can't be used again.
      if (!request.complete) response.setHeader("connection", "close");
      send(response, status, { message });
    }
  };

function refuseStrangers(request: IncomingMessage): void {
  const { headers, method, url, socket } = request;
  const names = ["127.0.0.1", "localhost"].map((name) => `${name}:${socket.localPort}`);
  if (!names.includes(headers.host ?? "")) throw bad(421, `This is ${names[0]} and no other host.`);
  if (headers.origin !== undefined) throw bad(403, "A browser can't send spans here.");
  if (url !== PATH) throw bad(404, `There is ${PATH}.`);
  if (method !== "POST") throw bad(405, "Only POST.");
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") {
    throw bad(415, "Only application/json: set OTEL_EXPORTER_OTLP_PROTOCOL to http/json.");
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  const body = await readBody(request, BODY_BYTES);
  if (encoding === "identity") return body;
  if (encoding !== "gzip") throw bad(415, "Content-Encoding must be gzip or none.");
  return promisify(gunzip)(body, { maxOutputLength: BODY_BYTES }).catch((error) => {
    if (error.code === "ERR_BUFFER_TOO_LARGE")
      throw bad(413, `It unpacks to over ${BODY_BYTES} bytes.`);
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

function partialSuccess(wrong: number, dropped: number, why: string | undefined): object {
  if (wrong + dropped === 0) return {};
  const reasons = [
    ...(wrong > 0 ? [`${wrong} wrong (the first: ${why})`] : []),
    ...(dropped > 0 ? [`${dropped} found no room in their trace`] : []),
  ];
  // 64 bits are text in this encoding.
  return {
    partialSuccess: { rejectedSpans: String(wrong + dropped), errorMessage: reasons.join("; ") },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const bad = (status: number, message: string) => new ServiceFault("Status", status, message);
