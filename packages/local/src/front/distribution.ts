import { type FrontRequest, type FrontResponse, type HeaderLists, plain } from "../http/message.ts";
import { compressed } from "./compression.ts";
import { unlessNotModified } from "./conditional.ts";
import { type AddedHeader, withHeaders } from "./response-headers.ts";
import { type SitePreview, servePreview } from "./site-preview.ts";
import type { ViewerFunction } from "./viewer-function.ts";

export type Origin = {
  id: string;
  /** Replace whatever the viewer sent under these names. */
  customHeaders: [name: string, value: string][];
  handle(request: FrontRequest): Promise<FrontResponse>;
  /** The sources of what it keeps: where they are shown, they stand for it. */
  sources?: SitePreview;
};

export type Behavior = {
  /** `*` and `?` are wildcards. */
  pathPattern: string;
  origin: Origin;
  allowedMethods: string[];
  /** Run on what comes from the viewer, and on what goes to it. */
  onRequest?: ViewerFunction;
  onResponse?: ViewerFunction;
  /** What of the viewer's request reaches the origin. */
  forwards: Forwarding;
  /** Whether CloudFront may cache the answers; here it compares them with what the viewer has. */
  caches: boolean;
  /** Whether it compresses what it may cache. */
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
  /** Path that `/` stands for. */
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
    const serve = behavior.origin.sources?.serve;
    if (serve) return servePreview(request, serve, behavior.responseHeaders);
    const around = { id, domainName };
    const seen = await behavior.onRequest?.request(request, around);
    if (seen && "status" in seen) return seen;
    const found = await toOrigin(seen ?? request, behavior);
    const response = behavior.caches ? asCached(request, found, behavior) : found;
    // An error of the origin's reaches no function.
    const shown = response.status < 400 ? behavior.onResponse : undefined;
    const left = (await shown?.response(request, response, around)) ?? response;
    return withHeaders(left, behavior.responseHeaders);
  }

  function toOrigin(request: FrontRequest, { origin, forwards }: Behavior) {
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

function asCached({ headers }: FrontRequest, found: FrontResponse, { compresses }: Behavior) {
  return unlessNotModified(headers, compresses ? compressed(headers, found) : found);
}

/** Case counts; a pattern without a leading slash means the same as one with it. */
function matches(pattern: string, path: string): boolean {
  if (pattern === "*") return true;
  const escaped = pattern.replace(/^\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^/${expression}$`, "s").test(path);
}
