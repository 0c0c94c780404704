/**
 * A parameter as the wire takes it: text, bytes or null.
 *
 * @throws TypeError for a value that has no one meaning in SQL (an array, a function, a symbol), and
 * for NUL, which PostgreSQL's text can't hold.
 */
export function encode(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return withoutNul(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return String(value);
  }
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" && !Array.isArray(value)) return withoutNul(JSON.stringify(value));
  throw new TypeError(`A ${Array.isArray(value) ? "list" : typeof value} is no SQL parameter.`);
}

function withoutNul(text: string): string {
  if (text.includes("\0")) throw new TypeError("PostgreSQL's text can't hold NUL (U+0000).");
  return text;
}
