import { html } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import { day, duration, pairs, plural } from "./format.ts";
import { logLine } from "./log-line.ts";
import { show, showError } from "./respond.ts";
import type { View } from "./route.ts";
import { summaryOf, type TraceSummary } from "./trace-summary.ts";
import { treeOf } from "./trace-tree.ts";
import { waterfall } from "./waterfall.ts";

/** One trace: its spans as a tree over time, and the log lines that contain its id. */
export function trace(view: View): FrontResponse {
  const { id = "" } = view.params;
  const spans = view.cloud.services.otlp.traces.trace(id.toLowerCase());
  if (!spans) {
    return showError(
      view,
      404,
      `Trace ${id} not found: it was not sent here, or newer traces have replaced it.`,
    );
  }
  const summary = summaryOf(spans);
  const rows = treeOf(spans);
  const lines = view.cloud.logStore.lines({ words: [summary.traceId] });
  return show(
    view,
    { ...summary, tree: rows },
    {
      title: summary.name,
      body: html`${facts(summary)}
<h2>${plural(spans.length, "span")}</h2>
${waterfall(rows)}
${lines.length > 0 && html`<h2>Log lines</h2><ol class="log">${lines.map(logLine)}</ol>`}`,
    },
  );
}

const facts = (summary: TraceSummary) =>
  pairs([
    ["Trace id", html`<code>${summary.traceId}</code>`],
    ["Start (UTC)", day(summary.at)],
    ["Duration", duration(summary.milliseconds)],
    ["Services", summary.services.join(", ")],
    ["Tenants", summary.tenants.join(", ") || "none"],
  ]);
