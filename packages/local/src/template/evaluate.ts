import { StartError } from "../start-error.ts";
import { INTRINSICS } from "./intrinsics.ts";
import { isObject, type Json } from "./json.ts";

/** Where names are looked up while a value of one stack is evaluated. */
export type Scope = {
  /** What is being evaluated, for messages: `resource Jobs (stack App)`. */
  where: string;
  /** A parameter, a pseudo parameter or a resource. `undefined` is AWS::NoValue. */
  ref(name: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  /** CDK's weak cross-stack reference. */
  stackOutput(stack: string, output: string): Json;
  exported(name: string): Json;
};

/**
 * A template value with its intrinsic functions worked out. `undefined` means AWS::NoValue, and the
 * property or list item that holds it does not exist.
 *
 * @throws StartError that names an intrinsic function that is not in the closed list.
 */
export function evaluate(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;

  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) {
      throw new StartError(`The local cloud does not know ${name}, which ${scope.where} uses.`);
    }
    return intrinsic(value[name] as Json, scope);
  }

  const result: { [name: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    const evaluated = evaluate(item, scope);
    if (evaluated !== undefined) result[key] = evaluated;
  }
  return result;
}
