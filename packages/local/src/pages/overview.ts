import type { FrontResponse } from "../front/message.ts";
import { show } from "./answer.ts";
import { plural } from "./format.ts";
import { html, type Part } from "./html.ts";
import type { Route, View } from "./route.ts";

export const overviewRoutes: Route[] = [{ method: "GET", path: "/", answer: overview }];

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
  return show(view, counts, {
    title: "Overview",
    body: html`<ul class="cards">${cards.map(
      ([to, title, text]) =>
        html`<li><a href="/_local/${to}"><strong>${title}</strong></a><span>${text}</span></li>`,
    )}</ul>`,
  });
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
