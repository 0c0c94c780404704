import { type FrontRequest, type FrontResponse, plain } from "../http/message.ts";
import { asset } from "./assets.ts";
import { showError } from "./respond.ts";
import { fits, type View } from "./route.ts";
import { routes } from "./routes.ts";
import type { RunningCloud } from "./running-cloud.ts";
import { isFromElsewhere } from "./same-origin.ts";

const PREFIX = "/_local";

/** Whether a path is the local cloud's own, which no distribution serves. */
export const isLocal = (path: string) => path === PREFIX || path.startsWith(`${PREFIX}/`);

/** Answers for the local cloud's own pages. */
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
    const params = fits(route.path, path);
    return params ? [{ route, params }] : [];
  });
  const match = found.find(({ route }) => route.method === method);
  if (match?.route.method === "POST" && isFromElsewhere(request)) {
    return plain(403, "Another site's page can't change anything here.");
  }
  if (match) return match.route.answer({ ...view, params: match.params });
  if (found.length > 0) return showError(view, 405, `There is no ${method} here.`);
  const pages = routes.filter((route) => route.method === "GET" && !route.path.includes(":"));
  return showError(
    view,
    404,
    `There is ${pages.map(({ path }) => `${PREFIX}${path}`).join(", ")}.`,
  );
}
