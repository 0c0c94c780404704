import type { Json } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import type { CreatedResource } from "../template/template.ts";
import type { ResourceContext } from "./resource-type.ts";

/** A made resource that has these attributes and no others. */
export function made(
  { where }: Pick<ResourceContext, "where">,
  ref: Json,
  attributes: Record<string, Json> = {},
): CreatedResource {
  return {
    ref,
    attribute(name) {
      const value = attributes[name];
      if (value === undefined) {
        throw new StartError(`${where} has no attribute ${name} on the local cloud.`);
      }
      return value;
    },
  };
}
