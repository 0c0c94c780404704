import type { JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import type { CreatedResource } from "../template/template.ts";
import type { ResourceContext } from "./resource-type.ts";

/** A created resource with exactly these attributes. */
export function created(
  { where }: Pick<ResourceContext, "where">,
  ref: JsonValue,
  attributes: Record<string, JsonValue> = {},
): CreatedResource {
  return {
    ref,
    attribute(name) {
      const value = attributes[name];
      if (value === undefined) {
        throw new StartError(`${where} has no attribute ${name} in the local cloud.`);
      }
      return value;
    },
  };
}
