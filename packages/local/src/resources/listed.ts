import type { CreatedResource, TemplateResource } from "../template/template.ts";
import { whyInert } from "./inert-reasons.ts";
import type { Ignored, KnownProperties } from "./properties.ts";

/** A resource of the templates and what became of it here. */
export type ListedResource = {
  stack: string;
  logicalId: string;
  type: string;
  /** `left out` by a condition of its template; `refused` ends a start, and an update. */
  treatment: "acts" | "inert" | "left out" | "refused";
  /** Why it does nothing, or is refused. */
  why: string | undefined;
  /** What Ref answers. */
  name: string | undefined;
  /** Properties that it has and that change nothing here, each with the reason. */
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

export const listLeftOut = (where: Where) =>
  listed(where, "left out", { why: `its condition ${where.resource.Condition} is false` });

export const listRefused = (where: Where, why: string) => listed(where, "refused", { why });

export const listActing = (
  where: Where,
  { ref }: CreatedResource,
  known: KnownProperties | undefined,
) =>
  listed(where, "acts", {
    name: String(ref),
    ignored: known ? ignoredOf(where.resource.Properties ?? {}, known) : [],
  });

/** Those of nested objects too, by their path. */
function ignoredOf(value: unknown, known: KnownProperties, path = ""): ListedResource["ignored"] {
  if (Array.isArray(value)) return value.flatMap((item) => ignoredOf(item, known, path));
  if (value === null || typeof value !== "object") return [];
  const found = Object.entries(value).flatMap(([name, inner]) => {
    const entry = known[name];
    if (!entry || "supported" in entry) return [];
    const property = `${path}${name}`;
    if ("ignored" in entry) return [{ property, why: (entry as Ignored).ignored }];
    return ignoredOf(inner, entry, `${property}.`);
  });
  return found.filter((one, at) => found.findIndex((it) => it.property === one.property) === at);
}
