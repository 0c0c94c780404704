import { type FrontRequest, type FrontResponse, type HeaderLists, plain } from "./message.ts";
import type { ViewerFunction } from "./viewer-function.ts";

export type Origin = {
  id: string;
  /** Replace whatever the viewer sent under these names. */
  customHeaders: [name: string, value: string][];
  handle(request: FrontRequest): Promise<FrontResponse>;
};

export type Behavior = {
  /** `*` and `?` are wildcards. */
  pathPattern: string;
  origin: Origin;
  allowedMethods: string[];
  viewerFunction?: ViewerFunction;
  /** What of the viewer's request reaches the origin. */
  forwards: Forwarding;
  /** Added to answers that do not have them. */
  responseHeaders: [name: string, value: string][];
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
    const seen = await behavior.viewerFunction?.run(request, { id, domainName });
    if (seen && "status" in seen) return seen;
    const response = await toOrigin(seen ?? request, behavior);
    const present = new Set(response.headers.map(([name]) => name.toLowerCase()));
    response.headers.push(...behavior.responseHeaders.filter(([name]) => !present.has(name)));
    return response;
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

/** Case counts; a pattern without a leading slash means the same as one with it. */
function matches(pattern: string, path: string): boolean {
  if (pattern === "*") return true;
  const escaped = pattern.replace(/^\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^/${expression}$`, "s").test(path);
}
