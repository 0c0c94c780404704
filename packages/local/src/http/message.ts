import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A request to the front door. */
export type FrontRequest = {
  method: string;
  /** As received, percent-encoded. */
  path: string;
  /** As received, without the question mark. */
  query: string;
  headers: HeaderLists;
  ip: string;
  body: Buffer;
};

export type FrontResponse = {
  status: number;
  /** A name may repeat, as set-cookie does. */
  headers: [name: string, value: string][];
  /** A stream ends with the connection, on either side. */
  body: Buffer | string | Readable;
  /**
   * A page of the local cloud replaces one of the product's. It keeps its own policy, which allows its style
   * and script, instead of the product's.
   */
  isLocalPage?: true;
};

/** Lower-case name → values, in the order received. */
export type HeaderLists = Map<string, string[]>;

export function headersOf({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): HeaderLists {
  const lists: HeaderLists = new Map();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    lists.set(name, [...(lists.get(name) ?? []), rawHeaders[at + 1] ?? ""]);
  }
  return lists;
}

export const json = (status: number, body: unknown): FrontResponse => ({
  status,
  headers: [["content-type", "application/json"]],
  body: JSON.stringify(body),
});

export const plain = (status: number, text: string): FrontResponse => ({
  status,
  headers: [["content-type", "text/plain; charset=utf-8"]],
  body: `${text}\n`,
});

// They describe one connection. Node writes its own.
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

export function write(target: ServerResponse, response: FrontResponse): void {
  const kept = response.headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  if (response.body instanceof Readable) {
    target.writeHead(response.status, kept.flat());
    target.on("close", () => (response.body as Readable).destroy());
    return void response.body.pipe(target);
  }
  const body = Buffer.from(response.body);
  const bodiless = response.status === 204 || response.status === 304;
  if (!bodiless) kept.push(["content-length", String(body.length)]);
  target.writeHead(response.status, kept.flat());
  target.end(bodiless ? undefined : body);
}
