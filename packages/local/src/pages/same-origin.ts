import type { FrontRequest } from "../http/message.ts";

/**
 * Whether a browser sends this for another site's page. Scripts name neither where they come from nor
 * what for, and are not elsewhere: whoever can run one here needs no trick. The Host has been checked.
 */
export function isFromElsewhere({ headers }: Pick<FrontRequest, "headers">): boolean {
  const [site] = headers.get("sec-fetch-site") ?? [];
  if (site !== undefined && site !== "same-origin") return true;
  const [origin] = headers.get("origin") ?? [];
  return origin !== undefined && origin !== `http://${headers.get("host")?.[0]}`;
}
