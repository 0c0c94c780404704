import type { FrontResponse } from "../front/message.ts";
import { show } from "./answer.ts";
import { table } from "./format.ts";
import { html } from "./html.ts";
import type { Route, View } from "./route.ts";

export const secretRoutes: Route[] = [{ method: "GET", path: "/secrets", answer: list }];

function list(view: View): FrontResponse {
  const secrets = view.cloud.services.secrets.list();
  const rows = secrets.map(({ name, arn }) => [name, html`<code>${arn}</code>`]);
  return show(view, secrets, {
    title: "Secrets",
    lead: "By name: a value is on no page, and in no log.",
    body: table("Secrets", ["Name", "ARN"], rows, "The templates have no secret."),
  });
}
