import { html } from "../html/html.ts";
import { type FrontResponse, json } from "../http/message.ts";
import { button, day, table, url } from "./format.ts";
import { redirect, show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const scheduleRoutes: PageRoute[] = [
  { method: "GET", path: "/schedules", answer: list },
  { method: "POST", path: "/schedules/:id/fire", answer: fire },
];

function list(view: View): FrontResponse {
  const schedules = view.cloud.scheduler.list();
  const fired = view.query.get("fired");
  const failure = view.query.get("failed");
  const rows = schedules.map(({ logicalId, expression, next }) => [
    logicalId,
    html`<code>${expression}</code>`,
    next ? day(next) : "never",
    button(url("schedules", logicalId, "fire"), "Fire now"),
  ]);
  return show(view, schedules, {
    title: "Schedules",
    lead: "They fire at their time while this runs, or now.",
    body: html`${
      fired &&
      html`<p role="status" class="said${failure && " failed"}">${fired} ${failure ? `failed: ${failure}` : "has run"}.</p>`
    }${table("Schedules", ["Schedule", "Expression", "Next (UTC)", "Now"], rows, "The templates have no schedule.")}`,
  });
}

async function fire(view: View): Promise<FrontResponse> {
  const { id = "" } = view.params;
  const outcome = await view.cloud.scheduler.fire(id);
  if (!outcome) return showError(view, 404, `There is no schedule ${id}.`);
  if (!view.wantsHtml && !outcome.ok) return json(502, outcome);
  const said = outcome.ok ? "" : `&failed=${encodeURIComponent(outcome.errorMessage)}`;
  return redirect(view, outcome, `/_local/schedules?fired=${encodeURIComponent(id)}${said}`);
}
