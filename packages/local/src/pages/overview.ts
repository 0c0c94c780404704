import { type Html, html, type Part } from "../html/html.ts";
import { icon, type PageIcon } from "../html/icon.ts";
import type { FrontResponse } from "../http/message.ts";
import type { Reload } from "../reload/reload.ts";
import { button, day, noun, plural } from "./format.ts";
import { redirect, show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const overviewRoutes: PageRoute[] = [
  { method: "GET", path: "/", handle: overview },
  { method: "POST", path: "/update", handle: update },
];

function overview(view: View): FrontResponse {
  const counts = countsOf(view);
  const cards: [picture: PageIcon, title: string, count: number, Part][] = [
    ["mail", "Mail", counts.mails, `${noun(counts.mails, "mail")} sent`],
    [
      "queue",
      "Queues",
      counts.messages,
      `${noun(counts.messages, "message")} in ${plural(counts.queues, "queue")}`,
    ],
    ["data", "Data", counts.databases, noun(counts.databases, "database")],
    ["function", "Functions", counts.calls, invocationsText(counts)],
    ["log", "Logs", counts.lines, noun(counts.lines, "line")],
    ["trace", "Traces", counts.traces, noun(counts.traces, "trace")],
    ["schedule", "Schedules", counts.schedules, noun(counts.schedules, "schedule")],
    ["secret", "Secrets", counts.secrets, noun(counts.secrets, "secret")],
    [
      "resource",
      "Resources",
      counts.resources,
      `${noun(counts.resources, "resource")} in the templates`,
    ],
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
      lead: "The product runs on this machine from the templates that AWS would deploy.",
      body: html`${reload && statusOf(reload)}<ul class="cards">${cards.map(
        ([picture, title, count, text]) =>
          html`<li><a href="/_local/${title.toLowerCase()}">${icon(picture)}${title}</a><b>${count}</b><span>${text}</span></li>`,
      )}</ul>`,
    },
  );
}

const invocationsText = ({
  functions,
  failedCalls,
  calls: all,
}: ReturnType<typeof countsOf>): Part =>
  html`${noun(all, "invocation")} of ${plural(functions, "function")}, ${
    failedCalls > 0 ? html`<strong class="bad">${failedCalls} failed</strong>` : "none failed"
  }`;

/** Failures, and changes that need an update. */
const statusOf = (reload: Reload): Html => html`${reload
  .problems()
  .map(
    ({ about, text, since }) =>
      html`<section class="problem"><h2>Failed: ${about}</h2><p>Since ${day(since)}</p><pre>${text}</pre></section>`,
  )}
${
  reload.outdated().length > 0 &&
  html`<section class="problem waits"><h2>Changes that need an update</h2>
<p>${reload.outdated().join(", ")}</p></section>`
}
<div class="actions">${
  reload.updating()
    ? html`<p role="status">An update is running.</p>`
    : html`${button("/_local/update", "Synthesize and update")}
<p>Applies changed templates and migrations. Changed functions and pages need no update.</p>`
}</div>`;

/** A script waits for the end of the update. A browser gets the page, which shows its progress. */
async function update(view: View): Promise<FrontResponse> {
  const { reload } = view.cloud;
  if (!reload) return showError(view, 503, "The local cloud is starting.");
  const done = reload.update();
  if (!view.wantsHtml) await done;
  return redirect(view, { problems: reload.problems() }, "/_local/");
}

function countsOf({ cloud }: View) {
  const { services, fleet, logStore, scheduler, declared } = cloud;
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
    lines: logStore.lines().length,
    traces: services.otlp.traces.ids().length,
    schedules: scheduler.list().length,
    secrets: services.secrets.list().length,
    resources: declared.resources.length,
  };
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
