import { messagesIn } from "./wire.ts";

/**
 * What kind of answer it is: which messages, with which error codes and ends, and how many rows. Not what
 * stands in them, which holds ids and times, nor what the server says of itself (notices, settings).
 */
export function shapeOf(bytes: Buffer): string {
  const kinds: string[] = [];
  for (const { type, body } of messagesIn(bytes)) {
    if (type === "E") kinds.push(`error ${codeOf(body)}`);
    else if (type === "C") kinds.push(body.toString("latin1", 0, body.length - 1));
    else if (!"NSA".includes(type)) kinds.push(type);
  }
  return kinds.join(", ");
}

/** The fields of an error are a letter and a text each; `C` is its SQLSTATE. */
function codeOf(body: Buffer): string {
  const fields = body.toString("latin1").split("\0");
  return fields.find((field) => field.startsWith("C"))?.slice(1) ?? "";
}
