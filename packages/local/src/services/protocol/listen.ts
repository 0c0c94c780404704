import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Listening = { port: number; close(): Promise<void> };

/**
 * Serves HTTP on 127.0.0.1, on the preferred port if it is free and on any other if not. The SDK keeps
 * connections open between requests, so the server must outwait it: closing an idle connection that is
 * just being reused looks like a network failure.
 */
export async function listen(handler: RequestListener, preferredPort = 0): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 120_000 }, handler);
  await bind(server, preferredPort).catch(() => bind(server, 0));
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Nothing is acknowledged before it is stored: cutting what still talks loses nothing.
    setTimeout(() => server.closeAllConnections(), 250).unref();
  });
}
