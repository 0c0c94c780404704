import { createHash } from "node:crypto";
import { InputFault } from "../protocol/fault.ts";
import {
  type JsonInput,
  optionalObject,
  optionalText,
  refuseOthers,
  text,
} from "../protocol/input.ts";

/** A message attribute in SQS's format. Binary values are base64. */
export type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: string };

const MAXIMUM = 10;

/** Reads `MessageAttributes`. Throws an InputFault for what SQS or the local cloud does not accept. */
export function parseAttributes(input: JsonInput | undefined): Record<string, MessageAttribute> {
  const entries = Object.entries(input ?? {});
  if (entries.length > MAXIMUM) {
    throw invalid(
      "MessageAttributes",
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAXIMUM}].`,
    );
  }
  return Object.fromEntries(
    entries.map(([name]) => [name, parseOne(name, optionalObject(input ?? {}, name) ?? {})]),
  );
}

function parseOne(name: string, value: JsonInput): MessageAttribute {
  const well = /^[\w-]+(\.[\w-]+)*$/.test(name) && name.length <= 256;
  if (!well || /^(aws|amazon)\./i.test(name)) {
    throw invalid(name, `The message attribute name '${name}' is invalid.`);
  }
  refuseOthers(value, ["DataType", "StringValue", "BinaryValue"], `Message attribute ${name}`);
  const type = text(value, "DataType");
  if (!/^(String|Number|Binary)(\..+)?$/.test(type) || type.length > 256) {
    throw invalid(name, `The type of message attribute '${name}' is invalid.`);
  }
  const field = type.startsWith("Binary") ? "BinaryValue" : "StringValue";
  const content = optionalText(value, field);
  const number = !type.startsWith("Number") || Number.isFinite(Number(content));
  if (!content || !number || Object.keys(value).length !== 2) {
    throw invalid(
      name,
      `The message attribute '${name}' must hold one non-empty ${field} of type ${type}.`,
    );
  }
  return { DataType: type, [field]: content };
}

const invalid = (name: string, message: string) => new InputFault("invalid", name, message);

/** Bytes that attributes count towards the size of a message: names, types and values. */
export function attributeBytes(attributes: Record<string, MessageAttribute>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name + attribute.DataType) + bytesOf(attribute).length,
    0,
  );
}

const bytesOf = ({ StringValue, BinaryValue }: MessageAttribute) =>
  BinaryValue === undefined ? Buffer.from(StringValue ?? "") : Buffer.from(BinaryValue, "base64");

export const md5 = (data: string) => createHash("md5").update(data).digest("hex");

/**
 * The digest that SDKs compare: for each attribute by name, its name, type and value, each after its length
 * in four bytes, and before the value one byte for text (1) or binary (2). Undefined without attributes.
 * Source: SQS developer guide, "Calculating the MD5 message digest for message attributes".
 */
export function md5OfAttributes(attributes: Record<string, MessageAttribute>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (part: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (!attribute) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([attribute.BinaryValue === undefined ? 1 : 2]));
    add(bytesOf(attribute));
  }
  return hash.digest("hex");
}

/** The attributes that a receive asked for: by name, by `prefix.*`, or `All` or `.*` for every one. */
export function selectAttributes(
  attributes: Record<string, MessageAttribute>,
  patterns: readonly string[],
): Record<string, MessageAttribute> {
  const isSelected = (name: string) =>
    patterns.some(
      (pattern) =>
        pattern === "All" ||
        pattern === name ||
        (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isSelected(name)));
}
