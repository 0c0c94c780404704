import { type Html, html } from "./html.ts";

/** One path each, on a 16 by 16 grid. */
const PATHS = {
  cloud: "M4.6 12.5a2.9 2.9 0 0 1-.4-5.8 4 4 0 0 1 7.7.4 2.7 2.7 0 0 1-.3 5.4z",
  out: "M9.5 2.5h4v4M13.5 2.5l-6 6M6.5 3.5h-4v10h10v-4",
  overview: "M2.5 2.5h4.5v5h-4.5zM9 2.5h4.5v3H9zM9 8h4.5v5.5H9zM2.5 10h4.5v3.5h-4.5z",
  mail: "M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5",
  queue: "M2.5 3.5h11M2.5 6.5h11M2.5 9.5h11M2.5 12.5h6",
  data: "M2.5 4c0-2 11-2 11 0v8c0 2-11 2-11 0zM2.5 4c0 2 11 2 11 0M2.5 8c0 2 11 2 11 0",
  function: "M4 2.5h1.6c.8 0 1.2.4 1.5 1.2L11 13.5h1.5M7.6 7.5l-3.8 6",
  log: "M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2",
  trace: "M2 3.5h6M5 8h6M8 12.5h6",
  schedule: "M8 5v3l2 2M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z",
  secret: "M9.2 6.8 14 2M12 4l1.5 1.5M6.3 6.5a3.2 3.2 0 1 0 3.2 3.2 3.2 3.2 0 0 0-3.2-3.2z",
  resource: "M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8.2 13.5 5M8 8.2v6",
} as const;

export type PageIcon = keyof typeof PATHS;

/** Decoration beside a word, hidden from screen readers. */
export const icon = (name: PageIcon): Html =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;

/** The cloud icon as a data URL, which the pages' policy allows. */
export const FAVICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#d0480c" stroke-width="1.8" stroke-linejoin="round"><path d="${PATHS.cloud}"/></svg>`,
)}`;
