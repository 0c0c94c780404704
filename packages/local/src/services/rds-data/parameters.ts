import { ServiceFault } from "../protocol/fault.ts";
import {
  type JsonInput,
  objects,
  optionalObject,
  optionalText,
  refuseOthers,
  text,
} from "../protocol/input.ts";
import { badRequest } from "./faults.ts";
import { replaceNames } from "./placeholders.ts";

export type DataApiStatement = { text: string; values: unknown[] };

/** PostgreSQL types of the type hints. */
const HINTS: Record<string, string> = {
  UUID: "uuid",
  JSON: "json",
  TIMESTAMP: "timestamp",
  DATE: "date",
  TIME: "time",
  DECIMAL: "numeric",
};

const FIELDS: Record<string, { type: string; is: (value: unknown) => boolean }> = {
  booleanValue: { type: "bool", is: (value) => typeof value === "boolean" },
  longValue: { type: "int8", is: Number.isInteger },
  doubleValue: { type: "float8", is: (value) => typeof value === "number" },
  stringValue: { type: "text", is: (value) => typeof value === "string" },
  blobValue: { type: "bytea", is: (value) => typeof value === "string" },
};

/**
 * Converts named parameters to PostgreSQL's. Each has a declared type, as in the real service: a string is
 * text, and becomes a uuid only by a hint or a cast.
 */
export function bindParameters(sql: string, input: JsonInput): DataApiStatement {
  const given = new Map(objects(input, "parameters").map((one) => [text(one, "name"), one]));
  const numbers = new Map<string, string>();
  const values: unknown[] = [];
  const bound = replaceNames(sql, (name) => {
    const existing = numbers.get(name);
    if (existing !== undefined) return existing;
    const parameter = given.get(name);
    if (!parameter) throw badRequest(`Cannot find parameter: ${name}`);
    const { type, value } = parse(name, parameter);
    values.push(value);
    const placeholder = type === undefined ? `$${values.length}` : `$${values.length}::${type}`;
    numbers.set(name, placeholder);
    return placeholder;
  });
  return { text: bound, values };
}

function parse(name: string, parameter: JsonInput): { type?: string; value: unknown } {
  refuseOthers(parameter, ["name", "value", "typeHint"], `Parameter ${name}`);
  const field = optionalObject(parameter, "value") ?? {};
  const hint = optionalText(parameter, "typeHint");
  if (field.isNull === true) return { value: null };
  if (field.arrayValue !== undefined) throw badRequest("Array parameters are not supported.");

  const [[kind = "", value] = []] = Object.entries(field);
  const definition = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
  if (!definition?.is(value) || Object.keys(field).length !== 1) {
    throw badRequest(`The value of the parameter ${name} is invalid.`);
  }
  if (hint === undefined) {
    return { type: definition.type, value: kind === "blobValue" ? bytes(value) : value };
  }
  const type = Object.hasOwn(HINTS, hint) ? HINTS[hint] : undefined;
  if (type === undefined || kind !== "stringValue") {
    const message = `The typeHint ${hint} does not fit the value of the parameter ${name}.`;
    throw new ServiceFault("ValidationException", 400, message);
  }
  return { type, value };
}

const bytes = (base64: unknown) => Buffer.from(String(base64), "base64");
