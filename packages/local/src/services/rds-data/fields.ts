import { types } from "pg";
import { ServiceFault } from "../protocol/fault.ts";
import { ELEMENTS, SCALARS, type ScalarType } from "./oids.ts";
import type { ArrayValue, DataApiField } from "./types.ts";

/** `resultSetOptions`: the form of numbers that JavaScript or Java might round. */
export type ResultOptions = { decimalAsNumber: boolean; longAsString: boolean };

/** A value in PostgreSQL's text form as a field. */
export function fieldOf(value: string | null, oid: number, options: ResultOptions): DataApiField {
  if (value === null) return { isNull: true };
  const element = ELEMENTS[oid];
  if (element !== undefined) return { arrayValue: arrayOf(value, element) };
  return scalarOf(value, SCALARS[oid]?.kind ?? "text", options);
}

function scalarOf(value: string, kind: ScalarType["kind"], options: ResultOptions): DataApiField {
  switch (kind) {
    case "boolean":
      return { booleanValue: value === "t" };
    case "long":
      return options.longAsString ? { stringValue: value } : { longValue: Number(value) };
    case "double":
      return { doubleValue: Number(value) };
    case "decimal":
      return options.decimalAsNumber ? { doubleValue: Number(value) } : { stringValue: value };
    case "blob":
      return { blobValue: Buffer.from(value.slice(2), "hex").toString("base64") };
    case "timestamptz":
      return { stringValue: inUtc(value) };
    case "text":
      return { stringValue: value };
  }
}

/** The Data API returns UTC, the zone of the connection, without naming it. */
const inUtc = (value: string) => value.replace(/\+00$/, "");

/** Reads PostgreSQL's text form of any array as an array of texts. */
const TEXT_ARRAY: number = 1009;
const parseTexts = types.getTypeParser(TEXT_ARRAY, "text") as (value: string) => unknown[];

function arrayOf(value: string, element: number): ArrayValue {
  const items = parseTexts(value);
  if (items.some(Array.isArray)) {
    const message = "The result contains the unsupported data type multidimensional array.";
    throw new ServiceFault("UnsupportedResultException", 400, message);
  }
  const each = <Value>(read: (text: string) => Value) =>
    items.map((item) => (item === null ? null : read(String(item))));
  switch (SCALARS[element]?.kind) {
    case "boolean":
      return { booleanValues: each((text) => text === "t") };
    case "long":
      return { longValues: each(Number) };
    case "double":
      return { doubleValues: each(Number) };
    case "timestamptz":
      return { stringValues: each(inUtc) };
    default:
      return { stringValues: each((text) => text) };
  }
}
