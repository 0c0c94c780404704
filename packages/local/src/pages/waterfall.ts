import { type Html, html } from "../html/html.ts";
import { asText, type OtlpSpan } from "../services/index.ts";
import { duration, pairs, plural, url } from "./format.ts";
import type { TraceRow } from "./trace-tree.ts";

/** Deeper levels are not indented further. */
const DEPTHS = 8;

/** The number of colours for services. */
const COLOURS = 5;

/** The rows of a trace, each with its bar on one scale. */
export function waterfall(rows: readonly TraceRow[]): Html {
  const start = Math.min(...rows.map(({ span }) => span.start));
  const end = Math.max(...rows.map(({ span }) => span.end));
  const scale = { start, length: Math.max(end - start, 0.001) };
  const services = [...new Set(rows.map(({ span }) => span.service))];
  return html`${ruler(scale)}<ol class="waterfall">${rows.map((row) =>
    spanRow(row, scale, services.indexOf(row.span.service) % COLOURS),
  )}</ol>`;
}

type Scale = { start: number; length: number };

const ruler = ({ length }: Scale): Html =>
  html`<div class="scale" aria-hidden="true"><span>${[0, length / 2, length].map(
    (at) => html`<span>${at ? duration(at) : "0"}</span>`,
  )}</span></div>`;

function spanRow({ span, depth, orphan }: TraceRow, scale: Scale, colour: number): Html {
  const failed = span.status.code === "error";
  return html`<li class="depth-${Math.min(depth, DEPTHS)} of-${colour}${failed && " failed"}" aria-level="${depth + 1}">
<details><summary>
<span class="what"><span><span class="service" data-service="${span.service}">${span.service}</span> ${span.name || "(no name)"}</span>
${highlights(span)}${orphan && html` <em>parent missing</em>`}</span>
${bar(span, scale)}
<span class="took">${duration(span.end - span.start)}</span>
</summary>${facts(span, scale)}</details></li>`;
}

/** The details of a span that show without opening it. */
function highlights({ attributes, status, kind }: OtlpSpan): Html {
  const rows = attributes["db.response.returned_rows"];
  const query = attributes["db.query.text"];
  return html`${(kind === "producer" || kind === "consumer") && html`<span class="tag">${kind}</span>`}
${query !== undefined && html`<code>${asText(query)}</code>`}
${rows !== undefined && html`<span class="tag">${plural(Number(asText(rows)), "row")}</span>`}
${status.code === "error" && html`<strong class="bad">${status.message || "failed"}</strong>`}`;
}

/** Drawn with attributes only, because the page's policy forbids inline styles. */
function bar(span: OtlpSpan, { start, length }: Scale): Html {
  const x = (100 * (span.start - start)) / length;
  const width = Math.max(0.3, (100 * (span.end - span.start)) / length);
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect x="${x.toFixed(3)}" y="0" width="${width.toFixed(3)}" height="1"/></svg>`;
}

function facts(span: OtlpSpan, { start }: Scale): Html {
  const attributes = Object.entries(span.attributes).map(([name, value]): [string, Html] => [
    name,
    html`<code>${asText(value)}</code>`,
  ]);
  return html`${pairs([
    ["Span id", html`<code>${span.spanId}</code>`],
    ["Parent", html`<code>${span.parentSpanId ?? "none"}</code>`],
    ["Kind", span.kind],
    ["Starts after", duration(span.start - start)],
    ...attributes,
    ...span.links.map(({ traceId, spanId }): [string, Html] => [
      "Link",
      html`<a href="${url("traces", traceId)}">${traceId}</a> ${spanId}`,
    ]),
    ...span.events.map(({ name, at, attributes: more }): [string, Html] => [
      `Event ${name}`,
      html`after ${duration(at - start)} <code>${JSON.stringify(more)}</code>`,
    ]),
  ])}<details><summary>Resource</summary><pre>${JSON.stringify(span.resource, null, 2)}</pre></details>`;
}
