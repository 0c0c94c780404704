import type { FrontRequest, FrontResponse } from "../http/message.ts";
import type { Handler } from "../http/server.ts";
import { type AddedHeader, withHeaders } from "./response-headers.ts";

/** Whether a site is shown from its sources at the moment, and by whom. */
export type SitePreview = { serve: Handler | undefined };

/**
 * A file of the site as its sources have it. A development server writes styles into its pages, which
 * the site's policy does not allow: that one rule is wider here. Everything else is the
 * distribution's, so that what else the policy forbids is noticed while it is written.
 */
export async function servePreview(
  request: FrontRequest,
  serve: Handler,
  added: readonly AddedHeader[],
): Promise<FrontResponse> {
  const served = await serve(request);
  if (served.isLocalPage) return served;
  const response = withHeaders(served, added);
  return { ...response, headers: response.headers.map(widened) };
}

const widened = ([name, value]: [string, string]): [string, string] => [
  name,
  name.toLowerCase() === "content-security-policy"
    ? value.replace(/(style-src(?:-elem)?) ([^;]*)/g, "$1 'unsafe-inline' $2")
    : value,
];
