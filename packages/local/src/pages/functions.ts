import { html } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import { table } from "./format.ts";
import { show } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const functionRoutes: PageRoute[] = [{ method: "GET", path: "/functions", handle: list }];

function list(view: View): FrontResponse {
  const functions = view.cloud.fleet.all().map(({ definition, problem, stats }) => ({
    label: definition.label,
    name: definition.name,
    problem,
    ...stats(),
  }));
  const rows = functions.map((it) => [
    html`<a href="/_local/logs?function=${encodeURIComponent(it.label)}">${it.label}</a>${it.problem && html` <strong class="bad">broken</strong>`}`,
    it.invocations,
    it.failures > 0 ? html`<strong class="bad">${it.failures}</strong>` : 0,
    it.throttles,
    it.coldStarts,
    it.environments,
    it.inFlight,
    html`<code>${it.name}</code>`,
  ]);
  const headings = [
    "Function",
    "Invocations",
    "Failed",
    "Throttled",
    "Cold starts",
    "Processes",
    "Running",
  ];
  return show(view, functions, {
    title: "Functions",
    lead: "Invocations since the start. A function's name links to its logs.",
    body: table("Functions", [...headings, "Name in AWS"], rows, "The templates have no function."),
  });
}
