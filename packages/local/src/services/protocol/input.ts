import { InputFault } from "./fault.ts";

/** A JSON object as received, not validated yet. */
export type JsonInput = Record<string, unknown>;

/** Throws an InputFault that names the first parameter outside the list, so that none is ignored silently. */
export function refuseOthers(
  input: JsonInput,
  implemented: readonly string[],
  where: string,
): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null || implemented.includes(name)) continue;
    throw new InputFault(
      "unsupported",
      name,
      `${where}: the parameter ${name} is not implemented by the local cloud.`,
    );
  }
}

export function optionalText(input: JsonInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new InputFault("invalid", name, `${name} must be a string.`);
  return value;
}

export function text(input: JsonInput, name: string): string {
  return optionalText(input, name) || missing(name);
}

export function integer(input: JsonInput, name: string, range: readonly [number, number]): number {
  return optionalInteger(input, name, range) ?? missing(name);
}

function missing(name: string): never {
  throw new InputFault("missing", name, `The request must contain the parameter ${name}.`);
}

export function optionalInteger(
  input: JsonInput,
  name: string,
  [least, most]: readonly [number, number],
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) {
    return Number(value);
  }
  const reason = `Must be between ${least} and ${most}, if provided.`;
  throw new InputFault(
    "invalid",
    name,
    `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`,
  );
}

export function optionalFlag(input: JsonInput, name: string): boolean {
  const value = input[name] ?? false;
  if (typeof value !== "boolean") throw new InputFault("invalid", name, `${name} must be boolean.`);
  return value;
}

export function optionalObject(input: JsonInput, name: string): JsonInput | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new InputFault("invalid", name, `${name} must be a structure.`);
  }
  return value as JsonInput;
}

export function objects(input: JsonInput, name: string): JsonInput[] {
  const value = input[name] ?? [];
  const isObject = (item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item);
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new InputFault("invalid", name, `${name} must be a list of structures.`);
  }
  return value;
}

export function texts(input: JsonInput, name: string): string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new InputFault("invalid", name, `${name} must be a list of strings.`);
  }
  return value;
}
