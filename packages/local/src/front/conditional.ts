import type { FrontResponse, HeaderLists } from "../http/message.ts";

/**
 * Returns 304 when the viewer's copy is current: CloudFront compares cached responses itself. ETags
 * compare weakly, because compression weakens them (RFC 9110, 13.1.2).
 */
export function unlessNotModified(request: HeaderLists, response: FrontResponse): FrontResponse {
  if (response.status !== 200 || !isCurrent(request, new Map(response.headers))) return response;
  const headers = response.headers.filter(([name]) => !name.startsWith("content-"));
  return { status: 304, headers, body: "" };
}

function isCurrent(request: HeaderLists, response: Map<string, string>): boolean {
  const tags = request.get("if-none-match")?.join(",").split(",");
  const etag = response.get("etag");
  if (tags) return tags.some((tag) => tag.trim() === "*" || (etag && same(tag, etag)));
  const since = Date.parse(request.get("if-modified-since")?.[0] ?? "");
  return Date.parse(response.get("last-modified") ?? "") <= since;
}

const same = (left: string, right: string) => strong(left) === strong(right);
const strong = (etag: string) => etag.trim().replace(/^W\//, "");
