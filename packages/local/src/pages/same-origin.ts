import type { FrontRequest } from "../http/message.ts";

/**
 * Whether a browser sends this request for another site's page. A script on this machine sends neither header
 * and is accepted. The server has checked the Host.
 */
export function isCrossSite({ headers }: Pick<FrontRequest, "headers">): boolean {
  const [site] = headers.get("sec-fetch-site") ?? [];
  if (site !== undefined && site !== "same-origin") return true;
  const [origin] = headers.get("origin") ?? [];
  return origin !== undefined && origin !== `http://${headers.get("host")?.[0]}`;
}
