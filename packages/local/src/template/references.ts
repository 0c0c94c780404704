import { isObject, type Json } from "../shared/json.ts";

/** Logical ids and parameters that a value reads, through Ref, Fn::GetAtt and Fn::Sub. */
export function referencesOf(value: Json): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (!isObject(value)) return;
  for (const [name, argument] of Object.entries(value)) {
    if (name === "Ref" && typeof argument === "string") found.add(argument);
    if (name === "Fn::GetAtt") found.add(attributeReference(argument).logicalId);
    if (name === "Fn::Sub") for (const id of substituted(argument)) found.add(id);
    collect(argument, found);
  }
}

/** `["Id", "Attribute.Path"]` and `"Id.Attribute.Path"` mean the same. */
export function attributeReference(argument: Json): { logicalId: string; attribute: string } {
  const [logicalId, ...rest] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split(".");
  return { logicalId: logicalId ?? "", attribute: rest.join(".") };
}

export const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function substituted(argument: Json): string[] {
  const [text, given] = Array.isArray(argument) ? argument : [argument];
  const own = isObject(given) ? Object.keys(given) : [];
  return [...String(text).matchAll(PLACEHOLDER)]
    .map(([, name = ""]) => name.trim())
    .filter((name) => !own.includes(name))
    .map((name) => name.split(".")[0] ?? "");
}
