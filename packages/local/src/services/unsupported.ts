import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type NoService = {
  /** AWS_ENDPOINT_URL: where the SDK goes for a service that has no endpoint of its own. */
  endpoint: string;
  close(): Promise<void>;
};

/**
 * Answers for every AWS service that this cloud does not have. Without it the SDK would carry the
 * request to the real one, with a key that nobody knows there.
 */
export async function startUnsupported(): Promise<NoService> {
  const server = createServer((request, response) => {
    request.resume();
    const [, service = "unknown"] =
      /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    const message = `The local cloud has no double of the service ${service}.`;
    response.writeHead(501, {
      "content-type": "application/json",
      "x-amzn-errortype": "NotImplemented",
    });
    response.end(JSON.stringify({ __type: "NotImplemented", message }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
