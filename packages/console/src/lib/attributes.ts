import { Problem } from "./problem.ts";

export type Attributes = Record<string, string>;

/** The API's own limits. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
const MOST = 50;
const MOST_CHARACTERS = 500;

// What a line could not tell apart from the line itself.
const NEEDS_QUOTES = /^["\s]|[\n\r]|\s$/;

/** As people write them: `stage: live`, one a line. A value of several lines stands in quotes, as JSON. */
export const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}: ${NEEDS_QUOTES.test(value) ? JSON.stringify(value) : value}`)
    .join("\n");

/**
 * Reads such lines; empty ones say nothing.
 *
 * @throws Problem `console.attributes` that names the line and what to do about it.
 */
export function attributesOf(text: string): Attributes {
  const attributes: Attributes = {};
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [name, value] = pairOf(line, at + 1);
    if (Object.hasOwn(attributes, name)) throw wrong(at + 1, `"${name}" is there twice.`);
    attributes[name] = value;
  }
  const count = Object.keys(attributes).length;
  if (count > MOST) throw refusal(`These are ${count}. A project has ${MOST} at most.`);
  return attributes;
}

function pairOf(line: string, number: number): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1) throw wrong(number, "Write a name, a colon and a value, such as stage: live.");
  const name = line.slice(0, colon).trim();
  if (!NAME.test(name)) {
    throw wrong(
      number,
      "A name begins with a letter, and has letters, digits, dots, dashes and underscores.",
    );
  }
  const value = textOf(line.slice(colon + 1).trim(), number);
  if (value.length > MOST_CHARACTERS) {
    throw wrong(
      number,
      `The value has ${value.length} characters, ${MOST_CHARACTERS} at most fit.`,
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
    // Told below.
  }
  throw wrong(number, "What begins with a quotation mark ends with one.");
}

const wrong = (number: number, what: string) => refusal(`Line ${number}: ${what}`);

const refusal = (detail: string) =>
  new Problem({ status: -1, code: "console.attributes", detail, requestId: "" });
