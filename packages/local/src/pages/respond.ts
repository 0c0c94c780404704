import { html } from "../html/html.ts";
import { type LocalPage, pageResponse, SAFE_HEADERS } from "../html/page.ts";
import { type FrontResponse, json } from "../http/message.ts";
import { layout } from "./layout.ts";
import type { View } from "./route.ts";

/** The page for a browser, its content as JSON for any other client. */
export function show(view: View, content: unknown, page: LocalPage): FrontResponse {
  if (!view.wantsHtml) return json(200, content);
  return pageResponse(200, page, layout(view.path, page));
}

/** The result of a change: a redirect for a browser, JSON for any other client. */
export function redirect(view: View, content: unknown, next: string): FrontResponse {
  if (!view.wantsHtml) return json(200, content);
  return { status: 303, headers: [...SAFE_HEADERS, ["location", next]], body: "" };
}

export function showError(view: View, status: number, message: string): FrontResponse {
  if (!view.wantsHtml) return json(status, { message });
  const body = html`<p><a href="/_local/">Back to the overview</a></p>`;
  const page = { title: `Error ${status}`, lead: message, body, live: false };
  return pageResponse(status, page, layout(view.path, page));
}
