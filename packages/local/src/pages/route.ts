import type { FrontResponse } from "../http/message.ts";
import type { RunningCloud } from "./running-cloud.ts";

/** A request for a page, and all that a page may show. */
export type View = {
  cloud: RunningCloud;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  /** A person looks, in a browser; otherwise a script asks. */
  wantsHtml: boolean;
};

export type PageRoute = {
  /** POST changes something, and is taken from our own pages and from scripts only. */
  method: "GET" | "POST";
  /** Below `/_local`: `/mail/:id`. */
  path: string;
  answer(view: View): FrontResponse | Promise<FrontResponse>;
};

/** The parameters of a path that fits. `undefined` for one that does not, or is not well encoded. */
export function fits(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = decoded(given[at] ?? "");
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
