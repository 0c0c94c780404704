import { isObject } from "../../shared/json.ts";
import type { AttributeValue, SpanAttributes } from "./span.ts";

/** An error in one span, which is rejected alone. */
export class SpanFault extends Error {
  override name = "SpanFault";
}

export type OtlpFields = Record<string, unknown>;

// Limits the recursion on values that any sender may nest.
const DEPTH = 8;

export const objects = (value: unknown): OtlpFields[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function hexId(fields: OtlpFields, name: string, digits: 16 | 32): string {
  const id = optionalHexId(fields, name, digits);
  if (id === undefined) throw new SpanFault(`${name} must be ${digits} hex digits, not all zero`);
  return id;
}

/** Absent, empty or all zeros is undefined. */
export function optionalHexId(
  fields: OtlpFields,
  name: string,
  digits: 16 | 32,
): string | undefined {
  const value = text(fields[name]).toLowerCase();
  if (value === "" || /^0+$/.test(value)) return undefined;
  if (value.length === digits && /^[0-9a-f]+$/.test(value)) return value;
  throw new SpanFault(`${name} must be ${digits} hex digits`);
}

/** Converts nanoseconds, in decimal text because they do not fit a double, to milliseconds. */
export function milliseconds(fields: OtlpFields, name: string): number {
  const value = fields[name];
  if (!/^\d{1,20}$/.test(String(value))) throw new SpanFault(`${name} must be nanoseconds in text`);
  const nanoseconds = BigInt(String(value));
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;
}

/** Converts a list of `{ key, value }` to an object. Of a repeated key the last value counts. */
export function attributesOf(list: unknown, depth = DEPTH): SpanAttributes {
  const attributes: SpanAttributes = Object.create(null);
  for (const { key, value } of objects(list)) attributes[text(key)] = anyValue(value, depth);
  return attributes;
}

function anyValue(value: unknown, depth: number): AttributeValue {
  if (!isObject(value) || depth === 0) return null;
  const given = value as OtlpFields;
  if (typeof given.stringValue === "string") return given.stringValue;
  if (typeof given.boolValue === "boolean") return given.boolValue;
  if (given.intValue !== undefined) return integer(given.intValue);
  if (given.doubleValue !== undefined) return double(given.doubleValue);
  if (typeof given.bytesValue === "string") return given.bytesValue;
  if (isObject(given.arrayValue)) {
    return objects((given.arrayValue as OtlpFields).values).map((it) => anyValue(it, depth - 1));
  }
  if (isObject(given.kvlistValue)) {
    return attributesOf((given.kvlistValue as OtlpFields).values, depth - 1);
  }
  return null;
}

/** 64-bit integers arrive as text and stay text if a double can't hold them. */
function integer(value: unknown): AttributeValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** NaN and the infinities arrive as text and stay text, because JSON has no such numbers. */
const double = (value: unknown): AttributeValue =>
  typeof value === "number" ? value : String(value);
