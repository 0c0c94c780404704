import type { Page } from "./answer.ts";
import { type Html, html } from "./html.ts";
import { FAVICON, icon } from "./icon.ts";
import type { View } from "./route.ts";

const SECTIONS = [
  ["/", "Overview", "overview"],
  ["/mail", "Mail", "mail"],
  ["/queues", "Queues", "queue"],
  ["/data", "Data", "data"],
  ["/functions", "Functions", "function"],
  ["/logs", "Logs", "log"],
  ["/traces", "Traces", "trace"],
  ["/schedules", "Schedules", "schedule"],
  ["/secrets", "Secrets", "secret"],
  ["/resources", "Resources", "resource"],
] as const;

/** In the order in which they are applied. */
export const STYLES = ["page.css", "content.css", "table.css", "form.css", "lines.css"];

export const layout = ({ path }: View, page: Page): Html =>
  documentOf(
    page,
    html`<body class="with-nav">
<a class="skip" href="#content">To the content</a>
<header>
<p class="name"><a href="/_local/">${icon("cloud")}Local cloud</a></p>
<nav aria-label="Sections"><ul>${SECTIONS.map(
      ([to, name, picture]) =>
        html`<li><a href="/_local${to}"${isIn(path, to) && html` aria-current="page"`}>${icon(picture)}${name}</a></li>`,
    )}</ul></nav>
<p class="out"><a href="/">${icon("out")}The product</a></p>
</header>
${mainOf(page)}
</body>`,
  );

export const bare = (page: Page): Html => documentOf(page, html`<body>${mainOf(page)}</body>`);

const mainOf = ({ title, lead, body }: Page) => html`<main id="content" tabindex="-1">
<h1>${title}</h1>
${lead && html`<p class="lead">${lead}</p>`}
${body}
</main>`;

const documentOf = ({ title, live = true }: Page, body: Html) => html`<!doctype html>
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

const isIn = (path: string, section: string) =>
  section === "/" ? path === "/" : path === section || path.startsWith(`${section}/`);
