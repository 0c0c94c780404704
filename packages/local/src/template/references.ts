import { isObject, type JsonValue } from "../shared/json.ts";

/** Logical ids and parameters that a value refers to, through Ref, Fn::GetAtt and Fn::Sub. */
export function referencesOf(value: JsonValue): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: JsonValue, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (!isObject(value)) return;
  for (const [name, argument] of Object.entries(value)) {
    if (name === "Ref" && typeof argument === "string") found.add(argument);
    if (name === "Fn::GetAtt") found.add(attributeReference(argument).logicalId);
    if (name === "Fn::Sub") for (const id of substituted(argument)) found.add(id);
    collect(argument, found);
  }
}

/** `["Id", "Attribute.Path"]` and `"Id.Attribute.Path"` are equivalent. */
export function attributeReference(argument: JsonValue): { logicalId: string; attribute: string } {
  const [logicalId, ...rest] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split(".");
  return { logicalId: logicalId ?? "", attribute: rest.join(".") };
}

export const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function substituted(argument: JsonValue): string[] {
  const [text, given] = Array.isArray(argument) ? argument : [argument];
  const own = isObject(given) ? Object.keys(given) : [];
  return [...String(text).matchAll(PLACEHOLDER)]
    .map(([, name = ""]) => name.trim())
    .filter((name) => !own.includes(name))
    .map((name) => name.split(".")[0] ?? "");
}
