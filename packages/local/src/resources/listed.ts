import type { CreatedResource, TemplateResource } from "../template/template.ts";
import { whyInert } from "./inert-reasons.ts";
import type { Ignored, PropertySupport } from "./properties.ts";

/** A resource of the templates and how the local cloud treats it. */
export type ListedResource = {
  stack: string;
  logicalId: string;
  type: string;
  /** `skipped` by a condition of its template; `refused` ends a start or an update. */
  treatment: "emulated" | "inert" | "skipped" | "refused";
  /** Why it does nothing or is refused. */
  why: string | undefined;
  /** The value of Ref. */
  name: string | undefined;
  /** Its properties that have no effect, each with the reason. */
  ignored: { property: string; why: string }[];
};

type Where = { stack: { name: string }; logicalId: string; resource: TemplateResource };

const listed = (
  { stack, logicalId, resource }: Where,
  treatment: ListedResource["treatment"],
  more: Partial<ListedResource> = {},
): ListedResource => ({
  stack: stack.name,
  logicalId,
  type: resource.Type,
  treatment,
  why: undefined,
  name: undefined,
  ignored: [],
  ...more,
});

export const listInert = (where: Where) =>
  listed(where, "inert", { why: whyInert(where.resource.Type) });

export const listSkipped = (where: Where) =>
  listed(where, "skipped", { why: `its condition ${where.resource.Condition} is false` });

export const listRefused = (where: Where, why: string) => listed(where, "refused", { why });

export const listEmulated = (
  where: Where,
  { ref }: CreatedResource,
  support: PropertySupport | undefined,
) =>
  listed(where, "emulated", {
    name: String(ref),
    ignored: support ? ignoredOf(where.resource.Properties ?? {}, support) : [],
  });

/** Includes properties of nested objects, by their path. */
function ignoredOf(value: unknown, support: PropertySupport, path = ""): ListedResource["ignored"] {
  if (Array.isArray(value)) return value.flatMap((item) => ignoredOf(item, support, path));
  if (value === null || typeof value !== "object") return [];
  const found = Object.entries(value).flatMap(([name, inner]) => {
    const entry = support[name];
    if (!entry || "supported" in entry) return [];
    const property = `${path}${name}`;
    if ("ignored" in entry) return [{ property, why: (entry as Ignored).ignored }];
    return ignoredOf(inner, entry, `${property}.`);
  });
  return found.filter((one, at) => found.findIndex((it) => it.property === one.property) === at);
}
