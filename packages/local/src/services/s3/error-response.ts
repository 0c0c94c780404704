import type { IncomingMessage, ServerResponse } from "node:http";
import { ServiceFault } from "../protocol/fault.ts";
import { SignatureFault } from "../sigv4/index.ts";
import { invalidUri, s3SignatureFault } from "./fault.ts";
import { element, xmlDocument } from "./xml.ts";

/** Sends an error in S3's format. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  const fault = faultOf(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a refused upload is not read, so the connection cannot be reused.
  if (!request.complete) response.setHeader("connection", "close");
  const details = Object.entries(fault.details).map(([name, value]) => element(name, value));
  const root = element("Error", [
    element("Code", fault.code),
    element("Message", fault.message),
    ...details,
    element("Resource", (request.url ?? "/").split("?")[0]),
    element("RequestId", String(response.getHeader("x-amz-request-id"))),
  ]);
  response.writeHead(fault.status, { "content-type": "application/xml" });
  response.end(request.method === "HEAD" ? undefined : xmlDocument(root));
}

function faultOf(error: unknown): ServiceFault {
  if (error instanceof ServiceFault) return error;
  if (error instanceof SignatureFault) return s3SignatureFault(error);
  if (error instanceof URIError) return invalidUri();
  console.error(error);
  return new ServiceFault("InternalError", 500, "The local cloud failed: see its output.");
}
