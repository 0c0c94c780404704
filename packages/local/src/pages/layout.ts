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

export const layout = (
  { path }: View,
  { title, body, live = true }: Page,
): Html => html`<!doctype html>
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
<body>
<a class="skip" href="#content">To the content</a>
<header>
<p class="name"><a href="/_local/">Local cloud</a></p>
<nav aria-label="Sections"><ul>${SECTIONS.map(
  ([to, name]) =>
    html`<li><a href="/_local${to}"${isIn(path, to) && html` aria-current="page"`}>${name}</a></li>`,
)}</ul></nav>
<p class="out"><a href="/">The product</a></p>
</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;

const isIn = (path: string, section: string) =>
  section === "/" ? path === "/" : path === section || path.startsWith(`${section}/`);
