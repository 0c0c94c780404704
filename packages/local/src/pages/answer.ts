import { type FrontResponse, json } from "../front/message.ts";
import { type Html, html, type Part } from "./html.ts";
import { bare, layout } from "./layout.ts";
import type { View } from "./route.ts";

export type Page = {
  title: string;
  /** What the page is for, in a sentence. */
  lead?: Part;
  body: Html;
  /** Shows itself anew while somebody looks. @default true */
  live?: boolean;
};

// Nothing but our own files runs or is loaded, and no other page may show ours.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const SAFE_HEADERS: FrontResponse["headers"] = [
  ["cache-control", "no-store"],
  // "no-referrer" would make the origin of our own forms "null", and they would be refused.
  ["referrer-policy", "same-origin"],
  ["x-content-type-options", "nosniff"],
  ["cross-origin-resource-policy", "same-origin"],
  ["vary", "accept"],
];

/** The page to a browser, its content as JSON to everybody else. */
export function show(view: View, content: unknown, page: Page): FrontResponse {
  if (!view.wantsHtml) return json(200, content);
  return shown(200, view, page);
}

/** What a change led to: a browser goes on to a page, everybody else reads JSON. */
export function changed(view: View, content: unknown, next: string): FrontResponse {
  if (!view.wantsHtml) return json(200, content);
  return { status: 303, headers: [...SAFE_HEADERS, ["location", next]], body: "" };
}

export function refused(view: View, status: number, message: string): FrontResponse {
  if (!view.wantsHtml) return json(status, { message });
  const body = html`<p><a href="/_local/">To the overview</a></p>`;
  return shown(status, view, { title: "Not here", lead: message, body, live: false });
}

/** A page without the way to others, which stands for one of the product's. */
export const shownAlone = (status: number, page: Page): FrontResponse => ({
  ...asHtml(status, bare(page)),
  standsIn: true,
});

const shown = (status: number, view: View, page: Page): FrontResponse =>
  asHtml(status, layout(view, page));

const asHtml = (status: number, { text }: Html): FrontResponse => ({
  status,
  headers: [
    ...SAFE_HEADERS,
    ["content-type", "text/html; charset=utf-8"],
    ["content-security-policy", CONTENT_SECURITY_POLICY],
  ],
  body: text,
});
