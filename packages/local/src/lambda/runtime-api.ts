import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The Runtime API as one environment uses it. */
export type RuntimeHandlers = {
  /** The environment is free: the answer is its next invocation, however long that takes. */
  next(answer: ServerResponse): void;
  response(requestId: string, body: string): void;
  error(requestId: string, body: string): void;
  initError(body: string): void;
};

export type RuntimeApi = {
  /** Opens the API to one environment. The result is its AWS_LAMBDA_RUNTIME_API. */
  open(token: string, runtime: RuntimeHandlers): string;
  shut(token: string): void;
  close(): Promise<void>;
};

const VERSION = "2018-06-01";

/**
 * The server side of Lambda's Runtime API. All environments share one port; a path prefix that only
 * the environment knows tells them apart: `/TOKEN/2018-06-01/runtime/…`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const runtimes = new Map<string, RuntimeHandlers>();

  const server = createServer(async (request, answer) => {
    const [, token = "", version, area, ...route] = (request.url ?? "").split("/");
    const runtime = runtimes.get(token);
    if (!runtime || version !== VERSION || area !== "runtime") return refuse(answer, 403);
    if (!(await serve(runtime, request, answer, route))) refuse(answer, 404);
  });
  // `next` waits for as long as nobody calls the function.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    open(token, runtime) {
      runtimes.set(token, runtime);
      return `127.0.0.1:${port}/${token}`;
    },
    shut: (token) => void runtimes.delete(token),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  runtime: RuntimeHandlers,
  request: IncomingMessage,
  answer: ServerResponse,
  [area, id = "", outcome]: string[],
): Promise<boolean> {
  if (request.method === "GET") {
    if (area === "invocation" && id === "next") runtime.next(answer);
    // Ours, not Lambda's: an answer that never ends, so that an orphan notices the end.
    else if (area === "lease") answer.writeHead(200).flushHeaders();
    else return false;
    return true;
  }
  const body = await read(request);
  if (area === "init" && id === "error") runtime.initError(body);
  else if (area === "invocation" && outcome === "response") runtime.response(id, body);
  else if (area === "invocation" && outcome === "error") runtime.error(id, body);
  else return false;
  answer.writeHead(202).end();
  return true;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const refuse = (answer: ServerResponse, status: number) => void answer.writeHead(status).end();
