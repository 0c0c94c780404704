import { z } from "zod";
import { Refusal } from "../error/index.ts";
import { unstorable } from "./refusal.ts";

export type Input = z.ZodObject;

const UNKNOWN = "00000000-0000-0000-0000-000000000000";

/**
 * The id of a resource. A malformed id is treated as unknown: credential and permission are checked first, and
 * the answer is the same 404.
 */
export const Id = z.uuid().catch(UNKNOWN);

/** One to 200 characters, one of them visible. */
export const Name = z.string().min(1).max(200).regex(/\S/, "must not be blank");

const ISSUES_SHOWN = 5;

/**
 * The input of a verb, as the values of its statement.
 *
 * @throws Refusal `request.invalid` that names the fields, `request.unsupported_character`
 */
export function parse<I extends Input>(schema: I, input: unknown): z.output<I> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, ISSUES_SHOWN).map(describe);
    throw new Refusal("invalid", "request.invalid", faults.join("; ").slice(0, 1_000));
  }
  if (isUnstorable(parsed.data)) throw unstorable();
  return parsed.data;
}

/** Every field of a schema with null for a value: parsed input is spread over it. */
export const blank = (schema: Input): Record<string, unknown> =>
  Object.fromEntries(Object.keys(schema.shape).map((field) => [field, null]));

const describe = ({ path, message }: z.core.$ZodIssue) =>
  path.length > 0 ? `${path.join(".")}: ${message}` : message;

// NUL, which text can't hold, and half a character, which UTF-8 can't. Names of fields are text as well.
function isUnstorable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).flat().some(isUnstorable);
}
