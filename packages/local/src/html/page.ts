import type { FrontResponse } from "../http/message.ts";
import { type Html, html, type Part } from "./html.ts";
import { FAVICON } from "./icon.ts";

export type LocalPage = {
  title: string;
  /** What the page is for, in one sentence. */
  lead?: Part;
  body: Html;
  /** Refreshes every two seconds while it is visible. @default true */
  live?: boolean;
};

/** In the order in which they are applied. */
export const STYLES = ["page.css", "content.css", "table.css", "form.css", "lines.css"];

// Only the pages' own files run or load, and no other site may frame a page.
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
  // With "no-referrer" the browser sends "null" as the origin of our own forms, which is refused.
  ["referrer-policy", "same-origin"],
  ["x-content-type-options", "nosniff"],
  ["cross-origin-resource-policy", "same-origin"],
  ["vary", "accept"],
];

/** @param body the whole body element */
export const pageResponse = (status: number, page: LocalPage, body: Html): FrontResponse => ({
  status,
  headers: [
    ...SAFE_HEADERS,
    ["content-type", "text/html; charset=utf-8"],
    ["content-security-policy", CONTENT_SECURITY_POLICY],
  ],
  body: documentOf(page, body).text,
});

/** A page without navigation that replaces one of the product's. */
export const standalonePage = (status: number, page: LocalPage): FrontResponse => ({
  ...pageResponse(status, page, html`<body>${mainOf(page)}</body>`),
  isLocalPage: true,
});

export const mainOf = ({ title, lead, body }: LocalPage) => html`<main id="content" tabindex="-1">
<h1>${title}</h1>
${lead && html`<p class="lead">${lead}</p>`}
${body}
</main>`;

const documentOf = ({ title, live = true }: LocalPage, body: Html) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · local cloud</title>
${STYLES.map(
  (file) => html`<link rel="stylesheet" href="/_local/assets/${file}">
`,
)}<link rel="icon" href="${FAVICON}">
${live && html`<script type="module" src="/_local/assets/live.js"></script>`}
</head>
${body}
</html>
`;
