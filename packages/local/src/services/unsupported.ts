import { type HttpListener, listen } from "../shared/listen.ts";

/**
 * The endpoint for every AWS service that the local cloud lacks (`AWS_ENDPOINT_URL`). It refuses all requests.
 * Without it the SDK would send them to AWS, with a key that is unknown there.
 */
export const startUnsupported = (): Promise<HttpListener> =>
  listen((request, response) => {
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
