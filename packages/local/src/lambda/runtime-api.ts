import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** The Runtime API as one environment uses it. */
export type RuntimeHandlers = {
  /** The environment is free. The response is its next invocation, however long that takes. */
  next(response: ServerResponse): void;
  response(requestId: string, body: string): void;
  error(requestId: string, body: string): void;
  initError(body: string): void;
};

export type RuntimeApi = {
  /** Opens the API to one environment. The result is its AWS_LAMBDA_RUNTIME_API. */
  open(token: string, runtime: RuntimeHandlers): string;
  revoke(token: string): void;
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

  const server = createServer(async (request, response) => {
    const [, token = "", version, area, ...route] = (request.url ?? "").split("/");
    const runtime = runtimes.get(token);
    if (!runtime || version !== VERSION || area !== "runtime") return refuse(response, 403);
    if (!(await serve(runtime, request, response, route))) refuse(response, 404);
  });
  // `next` stays open until the function is invoked.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    open(token, runtime) {
      runtimes.set(token, runtime);
      return `127.0.0.1:${port}/${token}`;
    },
    revoke: (token) => void runtimes.delete(token),
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
  response: ServerResponse,
  [area, id = "", outcome]: string[],
): Promise<boolean> {
  if (request.method === "GET") {
    if (area === "invocation" && id === "next") runtime.next(response);
    // Not part of Lambda's API: a response that never ends, whose close tells an orphan to exit.
    else if (area === "lease") response.writeHead(200).flushHeaders();
    else return false;
    return true;
  }
  const body = await text(request);
  if (area === "init" && id === "error") runtime.initError(body);
  else if (area === "invocation" && outcome === "response") runtime.response(id, body);
  else if (area === "invocation" && outcome === "error") runtime.error(id, body);
  else return false;
  response.writeHead(202).end();
  return true;
}

const refuse = (response: ServerResponse, status: number) => void response.writeHead(status).end();
