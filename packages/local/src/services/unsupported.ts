import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type UnsupportedEndpoint = {
  /** AWS_ENDPOINT_URL: where the SDK goes for a service that has no endpoint of its own. */
  endpoint: string;
  close(): Promise<void>;
};

/**
 * Refuses requests to every AWS service that the local cloud lacks. Without it the SDK would send them to
 * AWS, with a key that is unknown there.
 */
export async function startUnsupported(): Promise<UnsupportedEndpoint> {
  const server = createServer((request, response) => {
    request.resume();
    const [, service = "unknown"] =
      /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    const message = `The local cloud does not have the service ${service}.`;
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
