import type { Page } from "./answer.ts";
import { type Html, html } from "./html.ts";
import type { View } from "./route.ts";

const SECTIONS = [
  ["/", "Overview"],
  ["/mail", "Mail"],
  ["/queues", "Queues"],
  ["/data", "Data"],
  ["/functions", "Functions"],
  ["/logs", "Logs"],
  ["/traces", "Traces"],
  ["/schedules", "Schedules"],
  ["/secrets", "Secrets"],
  ["/resources", "Resources"],
] as const;

export const layout = ({ path }: View, page: Page): Html =>
  documentOf(
    page,
    html`<body class="with-nav">
<a class="skip" href="#content">To the content</a>
<header>
<p class="name"><a href="/_local/">Local cloud</a></p>
<nav aria-label="Sections"><ul>${SECTIONS.map(
      ([to, name]) =>
        html`<li><a href="/_local${to}"${isIn(path, to) && html` aria-current="page"`}>${name}</a></li>`,
    )}</ul></nav>
<p class="out"><a href="/">The product</a></p>
</header>
${mainOf(page)}
</body>`,
  );

export const bare = (page: Page): Html => documentOf(page, html`<body>${mainOf(page)}</body>`);

const mainOf = ({ title, body }: Page) => html`<main id="content" tabindex="-1">
<h1>${title}</h1>
${body}
</main>`;

const documentOf = ({ title, live = true }: Page, body: Html) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} · local cloud</title>
<link rel="stylesheet" href="/_local/assets/style.css">
<link rel="icon" href="data:,">
${live && html`<script type="module" src="/_local/assets/live.js"></script>`}
</head>
${body}
</html>
`;

const isIn = (path: string, section: string) =>
  section === "/" ? path === "/" : path === section || path.startsWith(`${section}/`);
