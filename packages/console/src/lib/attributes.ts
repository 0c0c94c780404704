import { Problem } from "./problem.ts";

export type Attributes = Record<string, string>;

// The API's limits.
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
const MAX_ATTRIBUTES = 50;
const MAX_CHARACTERS = 500;

// Values that a bare line could not represent.
const NEEDS_QUOTES = /^["\s]|[\n\r]|\s$/;

/** One attribute per line: `stage: live`. A value that spans lines is a JSON string. */
export const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}: ${NEEDS_QUOTES.test(value) ? JSON.stringify(value) : value}`)
    .join("\n");

/**
 * Parses such lines. Empty lines are ignored.
 *
 * @throws Problem `console.attributes` that names the line and what to do.
 */
export function attributesOf(text: string): Attributes {
  const attributes: Attributes = {};
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [name, value] = pairOf(line, at + 1);
    if (Object.hasOwn(attributes, name)) throw lineProblem(at + 1, `Duplicate name "${name}".`);
    attributes[name] = value;
  }
  const count = Object.keys(attributes).length;
  if (count > MAX_ATTRIBUTES)
    throw attributesProblem(`${count} attributes. A project has at most ${MAX_ATTRIBUTES}.`);
  return attributes;
}

function pairOf(line: string, number: number): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1)
    throw lineProblem(number, "Enter a name, a colon and a value, such as stage: live.");
  const name = line.slice(0, colon).trim();
  if (!NAME.test(name)) {
    throw lineProblem(
      number,
      "A name starts with a letter and has only letters, digits, dots, hyphens and underscores.",
    );
  }
  const value = textOf(line.slice(colon + 1).trim(), number);
  if (value.length > MAX_CHARACTERS) {
    throw lineProblem(
      number,
      `The value has ${value.length} characters. At most ${MAX_CHARACTERS} are allowed.`,
    );
  }
  return [name, value];
}

function textOf(text: string, number: number): string {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return value;
  } catch {
    // Reported below.
  }
  throw lineProblem(number, "A value that starts with a quotation mark must end with one.");
}

const lineProblem = (number: number, what: string) => attributesProblem(`Line ${number}: ${what}`);

const attributesProblem = (detail: string) =>
  new Problem({ status: -1, code: "console.attributes", detail, requestId: "" });
