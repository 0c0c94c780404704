import { Readable } from "node:stream";
import { html } from "../html/html.ts";
import { SAFE_HEADERS } from "../html/page.ts";
import type { FrontResponse } from "../http/message.ts";
import { type LineFilter, type LogLine, matches } from "../lambda/log-store.ts";
import { logLine } from "./log-line.ts";
import { show } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const logRoutes: PageRoute[] = [
  { method: "GET", path: "/logs", handle: list },
  { method: "GET", path: "/logs/stream", handle: stream },
];

/** Shown when the page loads, before newly written lines. */
const LINES = 300;

const filterOf = ({ query }: View): LineFilter => ({
  label: query.get("function") || undefined,
  words: (query.get("with") ?? "").split(/\s+/).filter(Boolean),
});

function list(view: View): FrontResponse {
  const { cloud, query } = view;
  const lines = cloud.logStore.lines(filterOf(view)).slice(-LINES);
  const labels = cloud.fleet.all().map(({ definition }) => definition.label);
  const chosen = query.get("function");
  const options = labels.map(
    (label) => html`<option${label === chosen && html` selected`}>${label}</option>`,
  );
  return show(view, lines, {
    title: "Logs",
    lead: "The functions' log lines as they are written. An id in a line links to all lines that contain it.",
    live: false,
    body: html`<form class="filter" method="get" action="/_local/logs">
<label>Function <select name="function"><option value="">all</option>${options}</select></label>
<label>With <input name="with" value="${query.get("with")}" placeholder="tenant, request or trace id, any text"></label>
<button>Show</button>
<label class="check"><input type="checkbox" id="follow" checked> Follow</label>
</form>
<p id="state" role="status"></p>
<ol class="log" id="log" tabindex="0" aria-label="Lines" data-stream="/_local/logs/stream?${query.toString()}">
${lines.map(logLine)}
</ol>
<p class="empty">${query.size > 0 ? "No matching lines yet." : "No log lines yet. Use the product to see them here."}</p>
<script type="module" src="/_local/assets/logs.js"></script>`,
  });
}

/** New lines that match the filter, as server-sent events with rendered markup. */
function stream(view: View): FrontResponse {
  const filter = filterOf(view);
  const events = new Readable({ read() {} });
  const send = (line: LogLine) => {
    if (!matches(line, filter)) return;
    // A client that stops reading must not fill the memory.
    if (events.readableLength > UNREAD_BYTES) return void events.destroy();
    events.push(`id: ${line.seq}\ndata: ${JSON.stringify(logLine(line).text)}\n\n`);
  };
  events.push(": open\n\n");
  const keepAlive = setInterval(() => events.push(": keep-alive\n\n"), 15_000);
  keepAlive.unref();
  const unfollow = view.cloud.logStore.follow(send);
  const end = view.cloud.stopping;
  const finish = () => events.push(null);
  end.addEventListener("abort", finish);
  events.once("close", () => {
    clearInterval(keepAlive);
    unfollow();
    end.removeEventListener("abort", finish);
  });
  return {
    status: 200,
    headers: [...SAFE_HEADERS, ["content-type", "text/event-stream"]],
    body: events,
  };
}

const UNREAD_BYTES = 4 * 1024 * 1024;
