import { type Html, html } from "../html/html.ts";
import { icon } from "../html/icon.ts";
import { type LocalPage, mainOf } from "../html/page.ts";

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

/** The body of a page: navigation, then content. */
export const layout = (path: string, page: LocalPage): Html => html`<body class="with-nav">
<a class="skip" href="#content">Skip to content</a>
<header>
<p class="name"><a href="/_local/">${icon("cloud")}Local cloud</a></p>
<nav aria-label="Sections"><ul>${SECTIONS.map(
  ([to, name, picture]) =>
    html`<li><a href="/_local${to}"${isIn(path, to) && html` aria-current="page"`}>${icon(picture)}${name}</a></li>`,
)}</ul></nav>
<p class="out"><a href="/">${icon("out")}The product</a></p>
</header>
${mainOf(page)}
</body>`;

const isIn = (path: string, section: string) =>
  section === "/" ? path === "/" : path === section || path.startsWith(`${section}/`);
