import type { FrontResponse, HeaderLists } from "../http/message.ts";

/**
 * Answers 304 for a response that the viewer has already: CloudFront compares by itself what it caches.
 * ETags compare weakly, because compression has weakened them on the way out (RFC 9110, 13.1.2).
 */
export function unlessNotModified(request: HeaderLists, response: FrontResponse): FrontResponse {
  if (response.status !== 200 || !isKnown(request, new Map(response.headers))) return response;
  const headers = response.headers.filter(([name]) => !name.startsWith("content-"));
  return { status: 304, headers, body: "" };
}

function isKnown(request: HeaderLists, response: Map<string, string>): boolean {
  const tags = request.get("if-none-match")?.join(",").split(",");
  const etag = response.get("etag");
  if (tags) return tags.some((tag) => tag.trim() === "*" || (etag && same(tag, etag)));
  const since = Date.parse(request.get("if-modified-since")?.[0] ?? "");
  return Date.parse(response.get("last-modified") ?? "") <= since;
}

const same = (left: string, right: string) => strong(left) === strong(right);
const strong = (etag: string) => etag.trim().replace(/^W\//, "");
