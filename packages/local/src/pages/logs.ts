import { Readable } from "node:stream";
import { html } from "../html/html.ts";
import { SAFE_HEADERS } from "../html/page.ts";
import type { FrontResponse } from "../http/message.ts";
import { type LineFilter, type LogLine, passes } from "../lambda/log-store.ts";
import { logLine } from "./log-line.ts";
import { show } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const logRoutes: PageRoute[] = [
  { method: "GET", path: "/logs", answer: list },
  { method: "GET", path: "/logs/stream", answer: stream },
];

/** On the page, before those that come while it is open. */
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
    lead: "What functions write, as they write it. An id in a line leads to all lines that name it.",
    live: false,
    body: html`<form class="filter" method="get" action="/_local/logs">
<label>Function <select name="function"><option value="">all</option>${options}</select></label>
<label>With <input name="with" value="${query.get("with")}" placeholder="tenant, request or trace id, any words"></label>
<button>Show</button>
<label class="check"><input type="checkbox" id="follow" checked> Follow</label>
</form>
<p id="state" role="status"></p>
<ol class="log" id="log" tabindex="0" aria-label="Lines" data-stream="/_local/logs/stream?${query.toString()}">
${lines.map(logLine)}
</ol>
<p class="empty">${query.size > 0 ? "No line fits. Those to come are shown here." : "No function has written a line. Use the product, and its lines are shown here."}</p>
<script type="module" src="/_local/assets/logs.js"></script>`,
  });
}

/** Every line from now on that passes the filter, as server-sent events of finished markup. */
function stream(view: View): FrontResponse {
  const filter = filterOf(view);
  const events = new Readable({ read() {} });
  const send = (line: LogLine) => {
    if (!passes(line, filter)) return;
    // Whoever does not read on is not worth the memory.
    if (events.readableLength > MOST_UNREAD) return void events.destroy();
    events.push(`id: ${line.seq}\ndata: ${JSON.stringify(logLine(line).text)}\n\n`);
  };
  events.push(": open\n\n");
  const beat = setInterval(() => events.push(": still here\n\n"), 15_000);
  beat.unref();
  const unfollow = view.cloud.logStore.follow(send);
  const end = view.cloud.stopping;
  const finish = () => events.push(null);
  end.addEventListener("abort", finish);
  events.once("close", () => {
    clearInterval(beat);
    unfollow();
    end.removeEventListener("abort", finish);
  });
  return {
    status: 200,
    headers: [...SAFE_HEADERS, ["content-type", "text/event-stream"]],
    body: events,
  };
}

const MOST_UNREAD = 4 * 1024 * 1024;
