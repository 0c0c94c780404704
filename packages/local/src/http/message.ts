import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A request on its way through the front door. */
export type FrontRequest = {
  method: string;
  /** As it came, percent-encoded. */
  path: string;
  /** Without the question mark, as it came. */
  query: string;
  headers: HeaderLists;
  ip: string;
  body: Buffer;
};

export type FrontResponse = {
  status: number;
  /** A name may come twice, as set-cookie does. */
  headers: [name: string, value: string][];
  /** A stream ends with the connection, on either side. */
  body: Buffer | string | Readable;
  /**
   * A page of the local cloud's own stands for one of the product's: no policy of the product's is put
   * over its own, which lets its style and its script in.
   */
  isLocalPage?: true;
};

/** Lower-case name → values, in the order they came. */
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

// They describe one connection, and Node writes its own.
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

export function write(answer: ServerResponse, response: FrontResponse): void {
  const kept = response.headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  if (response.body instanceof Readable) {
    answer.writeHead(response.status, kept.flat());
    answer.on("close", () => (response.body as Readable).destroy());
    return void response.body.pipe(answer);
  }
  const body = Buffer.from(response.body);
  const bodiless = response.status === 204 || response.status === 304;
  if (!bodiless) kept.push(["content-length", String(body.length)]);
  answer.writeHead(response.status, kept.flat());
  answer.end(bodiless ? undefined : body);
}
