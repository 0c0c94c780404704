import { html } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import { day, duration, table, url } from "./format.ts";
import { show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";
import { trace } from "./trace.ts";
import { summaryOf } from "./trace-summary.ts";

export const traceRoutes: PageRoute[] = [
  { method: "GET", path: "/traces", handle: list },
  { method: "GET", path: "/traces/:id", handle: trace },
];

/** Shown on the page. */
const TRACES = 100;

function list(view: View): FrontResponse {
  const { query, cloud } = view;
  const text = query.get("id")?.trim();
  if (text) return goToTrace(view, text);
  const tenant = query.get("tenant")?.trim() ?? "";
  const summaries = cloud.services.otlp.traces
    .ids()
    .map((id) => summaryOf(cloud.services.otlp.traces.trace(id) ?? []))
    .filter(({ tenants }) => !tenant || tenants.includes(tenant))
    .slice(0, TRACES);
  const rows = summaries.map((it) => [
    html`<a href="${url("traces", it.traceId)}">${it.name}</a>${it.failed && html` <strong class="bad">failed</strong>`}`,
    day(it.at),
    it.services.join(", "),
    html`<span class="took">${duration(it.milliseconds)}</span>`,
    it.spans,
    it.tenants.map(
      (id) =>
        html`<a class="id" href="/_local/traces?tenant=${encodeURIComponent(id)}" title="${id}">${id}</a> `,
    ),
  ]);
  return show(view, summaries, {
    title: "Traces",
    lead: "From the click or request through each statement to the end of the job.",
    body: html`${search(tenant)}${table(
      "Traces",
      ["Trace", "Start (UTC)", "Services", "Duration", "Spans", "Tenants"],
      rows,
      html`No traces${tenant && " of this tenant"} yet. Use the product to see them here. Functions send their spans to <code>${cloud.services.otlp.endpoint}</code>.`,
    )}`,
  });
}

const search = (tenant: string) => html`<form class="filter" method="get" action="/_local/traces">
<label>Trace id <input name="id" placeholder="32 hex digits, a traceparent, or an X-Ray id"></label>
<label>Tenant <input name="tenant" value="${tenant}"></label>
<button>Show</button></form>`;

/** Redirects to the trace with the given id, in any of its forms. */
function goToTrace(view: View, text: string): FrontResponse {
  const traceId = readTraceId(text);
  if (!traceId) return showError(view, 404, `"${text}" is not a trace id: expected 32 hex digits.`);
  if (!view.wantsHtml) return trace({ ...view, params: { id: traceId } });
  return { status: 303, headers: [["location", url("traces", traceId)]], body: "" };
}

/** Reads 32 hex digits, a W3C `traceparent`, or X-Ray's `1-8-24`, alone or as the Root of a header. */
export function readTraceId(text: string): string | undefined {
  const [, seconds, rest] = /\b1-([0-9a-f]{8})-([0-9a-f]{24})\b/i.exec(text) ?? [];
  const [plain] = /\b[0-9a-f]{32}\b/i.exec(text) ?? [];
  return (seconds && rest ? seconds + rest : plain)?.toLowerCase();
}
