import type { Answer } from "./party.ts";

/**
 * Whether two answers tell their askers apart. What was sent may come back, so it is taken out of
 * both; everything else is compared to the byte: status, headers, body.
 */
export function alike(a: Shown, b: Shown): boolean {
  return plain(a) === plain(b);
}

/** An answer, and the texts that its request held. */
export type Shown = { answer: Answer; sent: readonly string[] };

const plain = ({ answer: { status, headers, text }, sent }: Shown) =>
  `${status}\n${headers}\n${without(text, sent)}`;

const without = (text: string, sent: readonly string[]) =>
  sent.reduce(
    (rest, each, index) => rest.replaceAll(JSON.stringify(each), `"sent ${index}"`),
    text,
  );

/**
 * The same for something that was made, and so has an id, times and secrets of its own: what differs
 * between two answers to absent values (`b` and `again`) may differ, and nothing else.
 */
export function alikeButNew(a: Shown, b: Shown, again: Shown): boolean {
  if (a.answer.status !== b.answer.status || a.answer.headers !== b.answer.headers) return false;
  const [first, second, third] = [a, b, again].map(({ answer, sent }) =>
    JSON.parse(without(answer.text, sent) || "null"),
  );
  return sameWhereSame(first, second, third);
}

function sameWhereSame(a: unknown, b: unknown, again: unknown): boolean {
  if (!isObject(b)) return b === again ? a === b : typeof a === typeof b;
  if (!isObject(a) || !isObject(again)) return false;
  const names = Object.keys(b);
  if (names.join() !== Object.keys(a).join()) return false;
  return names.every((name) => sameWhereSame(a[name], b[name], again[name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
