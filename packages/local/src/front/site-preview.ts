import type { FrontRequest, FrontResponse } from "../http/message.ts";
import type { Handler } from "../http/server.ts";
import { type AddedHeader, withHeaders } from "./response-headers.ts";

/** While it has a handler, the site is served from its sources instead of its bucket. */
export type SitePreview = { handle: Handler | undefined };

/**
 * Serves a file of the site from its sources. The development server writes inline styles, which the site's
 * policy forbids, so that one rule is relaxed. All other headers are the distribution's, so that other
 * violations of the policy show during development.
 */
export async function servePreview(
  request: FrontRequest,
  handle: Handler,
  added: readonly AddedHeader[],
): Promise<FrontResponse> {
  const served = await handle(request);
  if (served.isLocalPage) return served;
  const response = withHeaders(served, added);
  return { ...response, headers: response.headers.map(allowInlineStyles) };
}

const allowInlineStyles = ([name, value]: [string, string]): [string, string] => [
  name,
  name.toLowerCase() === "content-security-policy"
    ? value.replace(/(style-src(?:-elem)?) ([^;]*)/g, "$1 'unsafe-inline' $2")
    : value,
];
