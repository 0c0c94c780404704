import { types } from "pg";

/** The text itself. */
export const asText = (text: string) => text;

/**
 * pg's own decoders for what text can't be: numbers, booleans, arrays. Times and JSON stay text, for
 * Drizzle's columns to map and for answers to pass through unparsed.
 */
export function decoderOf(type: number): (text: string) => unknown {
  if (KEPT_AS_TEXT.has(type)) return asText;
  return types.getTypeParser(type, "text") as (text: string) => unknown;
}

const { DATE, INTERVAL, JSON: JSON_TYPE, JSONB, TIMESTAMP, TIMESTAMPTZ } = types.builtins;
const KEPT_AS_TEXT = new Set<number>([DATE, INTERVAL, JSON_TYPE, JSONB, TIMESTAMP, TIMESTAMPTZ]);
