import { html } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import { table } from "./format.ts";
import { show } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const secretRoutes: PageRoute[] = [{ method: "GET", path: "/secrets", handle: list }];

function list(view: View): FrontResponse {
  const secrets = view.cloud.services.secrets.list();
  const rows = secrets.map(({ name, arn }) => [name, html`<code>${arn}</code>`]);
  return show(view, secrets, {
    title: "Secrets",
    lead: "Names only: values are never shown.",
    body: table("Secrets", ["Name", "ARN"], rows, "The templates have no secret."),
  });
}
