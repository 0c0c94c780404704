import { html, type Part } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import type { ListedResource } from "../resources/listed.ts";
import { plural, table } from "./format.ts";
import { show } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const resourceRoutes: PageRoute[] = [{ method: "GET", path: "/resources", handle: list }];

const TREATMENTS: ListedResource["treatment"][] = ["refused", "emulated", "inert", "skipped"];

function list(view: View): FrontResponse {
  const resources = [...view.cloud.refused, ...view.cloud.declared.resources];
  const sections = TREATMENTS.map((treatment) => {
    const treated = resources.filter((resource) => resource.treatment === treatment);
    return (
      treated.length > 0 &&
      html`<h2>${plural(treated.length, "resource")} ${LABELS[treatment]}</h2>${table(
        `Resources ${LABELS[treatment]}`,
        ["Stack", "Resource", "Type", treatment === "emulated" ? "Ignored properties" : "Reason"],
        treated.map((resource) => [
          resource.stack,
          resource.logicalId,
          html`<code>${resource.type}</code>`,
          treatment === "emulated" ? ignored(resource) : resource.why,
        ]),
        "",
      )}`
    );
  });
  return show(view, resources, {
    title: "Resources",
    lead: "The resources of the templates and how the local cloud treats them. A type that it does not support is refused and stops the start.",
    body: html`${sections}`,
  });
}

const LABELS = {
  refused: "refused",
  emulated: "emulated",
  inert: "without effect",
  skipped: "skipped by a condition",
};

const ignored = (resource: ListedResource): Part =>
  resource.ignored.length > 0 &&
  html`<details><summary>${plural(resource.ignored.length, "property", "properties")}</summary><ul>${resource.ignored.map(
    ({ property, why }) => html`<li><code>${property}</code>: ${why}</li>`,
  )}</ul></details>`;
