import { type FrontRequest, type FrontResponse, plain } from "../http/message.ts";
import { asset } from "./assets.ts";
import { showError } from "./respond.ts";
import { matchPath, type View } from "./route.ts";
import { routes } from "./routes.ts";
import type { RunningCloud } from "./running-cloud.ts";
import { isCrossSite } from "./same-origin.ts";

const PREFIX = "/_local";

/** Whether a path belongs to the local cloud and not to the distribution. */
export const isLocal = (path: string) => path === PREFIX || path.startsWith(`${PREFIX}/`);

/** Serves the local cloud's own pages. */
export async function serveLocal(
  request: FrontRequest,
  cloud: RunningCloud,
): Promise<FrontResponse> {
  const { method, headers } = request;
  const path = request.path.slice(PREFIX.length) || "/";
  const file = method === "GET" && asset(path);
  if (file) return file;

  const view: View = {
    cloud,
    path,
    params: {},
    query: new URLSearchParams(request.query),
    wantsHtml: /\btext\/html\b/.test(headers.get("accept")?.join() ?? ""),
  };
  const found = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params ? [{ route, params }] : [];
  });
  const match = found.find(({ route }) => route.method === method);
  if (match?.route.method === "POST" && isCrossSite(request)) {
    return plain(403, "Requests from other sites are refused.");
  }
  if (match) return match.route.handle({ ...view, params: match.params });
  if (found.length > 0) return showError(view, 405, `${method} is not allowed here.`);
  const pages = routes.filter((route) => route.method === "GET" && !route.path.includes(":"));
  return showError(
    view,
    404,
    `No such page. Pages: ${pages.map(({ path }) => `${PREFIX}${path}`).join(", ")}.`,
  );
}
