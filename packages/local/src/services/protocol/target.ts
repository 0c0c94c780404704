import type { IncomingMessage } from "node:http";
import { ServiceFault } from "./fault.ts";

/** The operation in `X-Amz-Target`, as AWS JSON 1.0 and 1.1 send it. */
export function targetOf(request: IncomingMessage, prefix: string): string {
  const target = String(request.headers["x-amz-target"] ?? "");
  if (request.method === "POST" && target.startsWith(`${prefix}.`)) {
    return target.slice(prefix.length + 1);
  }
  const message = `Requests here are POSTs with X-Amz-Target: ${prefix}.<operation>, not ${request.method} "${target}".`;
  throw new ServiceFault("UnknownOperationException", 404, message);
}
