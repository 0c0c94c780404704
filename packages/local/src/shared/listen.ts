import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type HttpListener = {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  close(): Promise<void>;
};

/**
 * Serves HTTP on 127.0.0.1, on the preferred port or, if it is in use, on any free one. The SDK keeps
 * connections open between requests, so the server's timeout is longer than the SDK's: closing a connection
 * that is just being reused looks like a network failure.
 */
export async function listen(handler: RequestListener, preferredPort = 0): Promise<HttpListener> {
  const server = createServer({ keepAliveTimeout: 120_000 }, handler);
  await bind(server, preferredPort).catch(() => bind(server, 0));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, close: () => close(server) };
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
    // Everything is stored before it is acknowledged, so closing open connections loses nothing.
    setTimeout(() => server.closeAllConnections(), 250).unref();
  });
}
