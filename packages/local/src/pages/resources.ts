import { html, type Part } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import type { ListedResource } from "../resources/listed.ts";
import { plural, table } from "./format.ts";
import { show } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const resourceRoutes: PageRoute[] = [{ method: "GET", path: "/resources", answer: list }];

const TREATMENTS: ListedResource["treatment"][] = ["refused", "acts", "inert", "left out"];

function list(view: View): FrontResponse {
  const resources = [...view.cloud.refused, ...view.cloud.declared.resources];
  const sections = TREATMENTS.map((treatment) => {
    const some = resources.filter((resource) => resource.treatment === treatment);
    return (
      some.length > 0 &&
      html`<h2>${plural(some.length, "resource")} ${SAID[treatment]}</h2>${table(
        `Resources ${SAID[treatment]}`,
        ["Stack", "Resource", "Type", treatment === "acts" ? "Ignored here" : "Why"],
        some.map((resource) => [
          resource.stack,
          resource.logicalId,
          html`<code>${resource.type}</code>`,
          treatment === "acts" ? ignored(resource) : resource.why,
        ]),
        "",
      )}`
    );
  });
  return show(view, resources, {
    title: "Resources",
    lead: "What the templates hold, and what this machine makes of it. A type that the local cloud does not know is refused, and with it the whole start.",
    body: html`${sections}`,
  });
}

const SAID = {
  refused: "refused",
  acts: "that act",
  inert: "that do nothing here",
  "left out": "left out by a condition",
};

const ignored = (resource: ListedResource): Part =>
  resource.ignored.length > 0 &&
  html`<details><summary>${plural(resource.ignored.length, "property", "properties")}</summary><ul>${resource.ignored.map(
    ({ property, why }) => html`<li><code>${property}</code>: ${why}</li>`,
  )}</ul></details>`;
