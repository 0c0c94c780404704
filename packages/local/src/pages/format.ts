import { type Html, html, type Part } from "../html/html.ts";

/** `14:03:09.120` in UTC, with the whole time as the tooltip. */
export const time = (iso: string): Html =>
  html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 23).replace("Z", "")}</time>`;

/** `11-26 14:03:09` */
export const day = (iso: string): Html =>
  html`<time datetime="${iso}" title="${iso}">${iso.slice(5, 19).replace("T", " ")}</time>`;

export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${(milliseconds * 1000).toFixed(0)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${count} ${noun(count, one, many)}`;

/** The word alone, for a number that is shown elsewhere. */
export const noun = (count: number, one: string, many = `${one}s`) => (count === 1 ? one : many);

/**
 * A table, or `empty` when it has no rows.
 *
 * @param name identifies it among the tables of its page
 */
export function table(name: string, headings: string[], rows: Part[][], empty: Part): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => html`<td data-label="${headings[at]}">${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** A list of names and values. */
export const pairs = (entries: [name: string, value: Part][]): Html =>
  html`<dl>${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** Indented JSON if the text is JSON, otherwise the text. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export const button = (action: string, label: string): Html =>
  html`<form method="post" action="${action}"><button>${label}</button></form>`;

export const url = (...parts: string[]) => `/_local/${parts.map(encodeURIComponent).join("/")}`;
