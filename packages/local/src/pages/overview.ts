import type { FrontResponse } from "../front/message.ts";
import type { Reload } from "../reload/reload.ts";
import { changed, refused, show } from "./answer.ts";
import { button, day, plural } from "./format.ts";
import { type Html, html, type Part } from "./html.ts";
import type { Route, View } from "./route.ts";

export const overviewRoutes: Route[] = [
  { method: "GET", path: "/", answer: overview },
  { method: "POST", path: "/update", answer: update },
];

function overview(view: View): FrontResponse {
  const counts = countsOf(view);
  const failing = counts.failedCalls > 0;
  const cards: [to: string, title: string, Part][] = [
    ["mail", "Mail", plural(counts.mails, "letter")],
    [
      "queues",
      "Queues",
      html`${plural(counts.queues, "queue")}, ${plural(counts.messages, "message")}`,
    ],
    ["data", "Data", plural(counts.databases, "database")],
    [
      "functions",
      "Functions",
      html`${plural(counts.functions, "function")}, ${plural(counts.calls, "call")}, ${
        failing ? html`<strong class="bad">${counts.failedCalls} failed</strong>` : "none failed"
      }`,
    ],
    ["logs", "Logs", plural(counts.lines, "line")],
    ["traces", "Traces", plural(counts.traces, "trace")],
    ["schedules", "Schedules", plural(counts.schedules, "schedule")],
    ["secrets", "Secrets", plural(counts.secrets, "secret")],
    ["resources", "Resources", plural(counts.resources, "resource")],
  ];
  const { reload } = view.cloud;
  const state = reload && {
    problems: reload.problems(),
    outdated: reload.outdated(),
    updating: reload.updating(),
  };
  return show(
    view,
    { ...counts, ...state },
    {
      title: "Overview",
      body: html`${reload && news(reload)}<ul class="cards">${cards.map(
        ([to, title, text]) =>
          html`<li><a href="/_local/${to}"><strong>${title}</strong></a><span>${text}</span></li>`,
      )}</ul>`,
    },
  );
}

/** What failed, and what waits to be applied. */
const news = (reload: Reload): Html => html`${reload
  .problems()
  .map(
    ({ about, text, since }) =>
      html`<section class="problem"><h2>Failed: ${about}</h2><p>Since ${day(since)}</p><pre>${text}</pre></section>`,
  )}
${
  reload.outdated().length > 0 &&
  html`<section class="problem waits"><h2>Changed, and not applied</h2>
<p>${reload.outdated().join(", ")}</p></section>`
}
<div class="actions">${
  reload.updating()
    ? html`<p role="status">An update runs.</p>`
    : button("/_local/update", "Synthesize and update")
}</div>`;

/** A script waits for the end, a person for the page, which tells. */
async function update(view: View): Promise<FrontResponse> {
  const { reload } = view.cloud;
  if (!reload) return refused(view, 503, "The local cloud is starting.");
  const done = reload.update();
  if (!view.wantsHtml) await done;
  return changed(view, { problems: reload.problems() }, "/_local/");
}

function countsOf({ cloud }: View) {
  const { services, fleet, journal, scheduler, declared } = cloud;
  const queues = services.sqs.list();
  const stats = fleet.all().map((each) => each.stats());
  return {
    mails: services.ses.listMail().length,
    queues: queues.length,
    messages: sum(queues.map(({ visible, inFlight, delayed }) => visible + inFlight + delayed)),
    databases: declared.databases.length,
    functions: stats.length,
    calls: sum(stats.map(({ invocations }) => invocations)),
    failedCalls: sum(stats.map(({ failures }) => failures)),
    lines: journal.lines().length,
    traces: services.otlp.traces.ids().length,
    schedules: scheduler.list().length,
    secrets: services.secrets.list().length,
    resources: declared.resources.length,
  };
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
