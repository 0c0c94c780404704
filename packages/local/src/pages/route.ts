import type { FrontResponse } from "../http/message.ts";
import type { RunningCloud } from "./running-cloud.ts";

/** A request for a page, and the cloud it shows. */
export type View = {
  cloud: RunningCloud;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  /** The client is a browser; any other client gets JSON. */
  wantsHtml: boolean;
};

export type PageRoute = {
  /** POST changes something and is accepted from our own pages and from scripts only. */
  method: "GET" | "POST";
  /** Below `/_local`: `/mail/:id`. */
  path: string;
  handle(view: View): FrontResponse | Promise<FrontResponse>;
};

/** The parameters of a path that matches. `undefined` for any other path. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const parts = pattern.split("/");
  const segments = path.split("/");
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const value = decoded(segments[at] ?? "");
    if (value === undefined) return undefined;
    if (part.startsWith(":") && value) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
