import { StartError } from "../start-error.ts";
import type { Json } from "../template/json.ts";
import type { Made } from "../template/template.ts";
import type { Making } from "./acting.ts";

/** A made resource that has these attributes and no others. */
export function made(
  { where }: Pick<Making, "where">,
  ref: Json,
  attributes: Record<string, Json> = {},
): Made {
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
