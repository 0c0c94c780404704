import { type FrontRequest, type FrontResponse, type HeaderLists, plain } from "../http/message.ts";
import { compress } from "./compression.ts";
import { unlessNotModified } from "./conditional.ts";
import { type AddedHeader, withHeaders } from "./response-headers.ts";
import { type SitePreview, servePreview } from "./site-preview.ts";
import type { ViewerFunction } from "./viewer-function.ts";

export type Origin = {
  id: string;
  /** They replace the viewer's headers of the same name. */
  customHeaders: [name: string, value: string][];
  handle(request: FrontRequest): Promise<FrontResponse>;
  /** Serves the site from its sources instead of the origin while it has a handler. */
  preview?: SitePreview;
};

export type Behavior = {
  /** `*` and `?` are wildcards. */
  pathPattern: string;
  origin: Origin;
  allowedMethods: string[];
  /** Run on the viewer's request, and on the response to the viewer. */
  onRequest?: ViewerFunction;
  onResponse?: ViewerFunction;
  /** Which parts of the viewer's request reach the origin. */
  forwards: Forwarding;
  /** Whether CloudFront may cache the responses. Here they are only compared with the viewer's copy. */
  caches: boolean;
  /** Whether it compresses cacheable responses. */
  compresses: boolean;
  responseHeaders: readonly AddedHeader[];
};

/** `everything` is all headers but Host, all cookies and the query; `nothing` is the path alone. */
export type Forwarding = "everything" | "nothing";

export type Distribution = {
  id: string;
  domainName: string;
  handle(request: FrontRequest): Promise<FrontResponse>;
};

export type DistributionOptions = {
  id: string;
  domainName: string;
  /** In order; the last one is the default behaviour, with the pattern `*`. */
  behaviors: Behavior[];
  /** Object that `/` returns. */
  defaultRootObject?: string;
};

/** A CloudFront distribution that caches nothing. */
export function createDistribution(options: DistributionOptions): Distribution {
  const { id, domainName, behaviors, defaultRootObject } = options;

  async function handle(request: FrontRequest): Promise<FrontResponse> {
    const behavior = behaviors.find(({ pathPattern }) => matches(pathPattern, request.path));
    if (!behavior?.allowedMethods.includes(request.method)) {
      return plain(403, `This distribution does not allow ${request.method} here.`);
    }
    const preview = behavior.origin.preview?.handle;
    if (preview) return servePreview(request, preview, behavior.responseHeaders);
    const identity = { id, domainName };
    const rewritten = await behavior.onRequest?.request(request, identity);
    if (rewritten && "status" in rewritten) return rewritten;
    const fromOrigin = await forward(rewritten ?? request, behavior);
    const response = behavior.caches ? asCached(request, fromOrigin, behavior) : fromOrigin;
    // CloudFront runs no function on an origin's error.
    const onResponse = response.status < 400 ? behavior.onResponse : undefined;
    const final = (await onResponse?.response(request, response, identity)) ?? response;
    return withHeaders(final, behavior.responseHeaders);
  }

  function forward(request: FrontRequest, { origin, forwards }: Behavior) {
    const everything = forwards === "everything";
    const headers: HeaderLists = everything
      ? new Map(request.headers)
      : new Map([["user-agent", ["Amazon CloudFront"]]]);
    headers.delete("host");
    const forwardedFor = [...(request.headers.get("x-forwarded-for") ?? []), request.ip];
    headers.set("x-forwarded-for", [forwardedFor.join(", ")]);
    headers.set("via", [`2.0 ${domainName} (CloudFront)`]);
    for (const [name, value] of origin.customHeaders) headers.set(name.toLowerCase(), [value]);
    const path = request.path === "/" && defaultRootObject ? `/${defaultRootObject}` : request.path;
    return origin.handle({ ...request, path, query: everything ? request.query : "", headers });
  }

  return { id, domainName, handle };
}

function asCached({ headers }: FrontRequest, response: FrontResponse, { compresses }: Behavior) {
  return unlessNotModified(headers, compresses ? compress(headers, response) : response);
}

/** Case-sensitive. A leading slash in the pattern is optional. */
function matches(pattern: string, path: string): boolean {
  if (pattern === "*") return true;
  const escaped = pattern.replace(/^\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^/${expression}$`, "s").test(path);
}
