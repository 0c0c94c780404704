import { html } from "../html/html.ts";
import { type FrontResponse, json } from "../http/message.ts";
import { button, day, table, url } from "./format.ts";
import { redirect, show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const scheduleRoutes: PageRoute[] = [
  { method: "GET", path: "/schedules", handle: list },
  { method: "POST", path: "/schedules/:id/fire", handle: fire },
];

function list(view: View): FrontResponse {
  const schedules = view.cloud.scheduler.list();
  const fired = view.query.get("fired");
  const failure = view.query.get("failed");
  const rows = schedules.map(({ logicalId, expression, next }) => [
    logicalId,
    html`<code>${expression}</code>`,
    day(next),
    button(url("schedules", logicalId, "fire"), "Fire now"),
  ]);
  return show(view, schedules, {
    title: "Schedules",
    lead: "They run when due while the local cloud runs, or now.",
    body: html`${
      fired &&
      html`<p role="status" class="result${failure && " failed"}">${fired} ${failure ? `failed: ${failure}` : "has run"}.</p>`
    }${table("Schedules", ["Schedule", "Expression", "Next (UTC)", "Now"], rows, "The templates have no schedule.")}`,
  });
}

async function fire(view: View): Promise<FrontResponse> {
  const { id = "" } = view.params;
  const result = await view.cloud.scheduler.fire(id);
  if (!result) return showError(view, 404, `No schedule is called ${id}.`);
  if (!view.wantsHtml && !result.ok) return json(502, result);
  const failed = result.ok ? "" : `&failed=${encodeURIComponent(result.errorMessage)}`;
  return redirect(view, result, `/_local/schedules?fired=${encodeURIComponent(id)}${failed}`);
}
