import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { StartError } from "../shared/start-error.ts";
import { readBody } from "./body.ts";
import { type FrontRequest, type FrontResponse, headersOf, json, plain, write } from "./message.ts";

export type FrontServer = {
  url: string;
  /** From now on `handle` serves requests. Before, every request gets 503. */
  open(handle: Handler): void;
  /** Accepts no more requests and waits for running ones, at most for the grace period. */
  close(graceMilliseconds: number): Promise<void>;
};

export type Handler = (request: FrontRequest) => Promise<FrontResponse>;

/**
 * Takes the port before anything slow starts.
 *
 * The Host must be this address, so that a web page whose name resolves to 127.0.0.1 (DNS rebinding) is
 * refused.
 *
 * @throws StartError when the port is taken.
 */
export async function startFrontServer(port: number): Promise<FrontServer> {
  let handle: Handler = async () => plain(503, "The local cloud is starting.");
  const hosts = new Set<string>();

  const server = createServer(async (message, response) => {
    if (!hosts.has(message.headers.host ?? "")) {
      message.resume();
      return write(response, plain(421, `This is ${[...hosts].join(" or ")} and no other host.`));
    }
    try {
      const body = await readBody(message);
      const result = body
        ? await handle(requestOf(message, body))
        : json(413, { message: "Request Entity Too Large" });
      write(response, result);
    } catch (error) {
      if (message.destroyed && !message.complete) return; // the client disconnected
      console.error(error);
      write(response, plain(500, "The local cloud failed: see its output."));
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw new StartError(listenError(port, error));
  });
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  for (const name of ["127.0.0.1", "localhost"]) hosts.add(`${name}:${bound}`);

  return {
    url: `http://127.0.0.1:${bound}`,
    open(handler) {
      handle = handler;
    },
    async close(graceMilliseconds) {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      // A connection with a running response becomes idle later and is closed then.
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      const timer = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
}

function requestOf(message: IncomingMessage, body: Buffer): FrontRequest {
  const [path = "/", ...query] = (message.url ?? "/").split("?");
  return {
    method: message.method ?? "GET",
    path,
    query: query.join("?"),
    headers: headersOf(message),
    ip: message.socket.remoteAddress ?? "127.0.0.1",
    body,
  };
}

function listenError(port: number, { code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} is in use: stop what listens there, or choose another with PORT=${port + 1}.`;
  }
  if (code === "EACCES") {
    return `Port ${port} needs more rights than this user has: choose one above 1023 with PORT.`;
  }
  return `Port ${port} can't be opened (${message}): choose another with PORT.`;
}
