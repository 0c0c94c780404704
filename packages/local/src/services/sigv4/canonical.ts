import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A request as it was on the wire, before any normalisation that would hide what was signed. */
export type SignedMessage = {
  method: string;
  /** Still percent-encoded. */
  path: string;
  /** Decoded pairs, in their order. */
  query: [name: string, value: string][];
  /** By lower-case name; repeated headers are joined by a comma, as the signer joins them. */
  headers: Map<string, string>;
};

/** Throws a URIError when the query is not valid percent-encoded UTF-8. */
export function messageOf(request: IncomingMessage): SignedMessage {
  const [path = "/", ...rest] = (request.url ?? "/").split("?");
  const query = rest.join("?").split("&").filter(Boolean).map(decodePair);
  return { method: request.method ?? "GET", path, query, headers: headersOf(request) };
}

function decodePair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  const decode = (encoded: string) => decodeURIComponent(encoded.replaceAll("+", " "));
  return [decode(name), decode(value)];
}

function headersOf({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = (rawHeaders[index + 1] ?? "").trim().replace(/ +/g, " ");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** RFC 3986 percent-encoding: only letters, digits and `-._~` stay. */
export const uriEncode = (value: string) =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * The canonical request of Signature Version 4 (AWS, "Create a signed AWS API request").
 * S3 encodes each path segment once, all other services encode the encoded path again.
 */
export function canonicalRequest(
  message: SignedMessage,
  signed: { headers: readonly string[]; payloadHash: string; encodeTwice: boolean },
): string {
  const encode = signed.encodeTwice
    ? uriEncode
    : (part: string) => uriEncode(decodeURIComponent(part));
  const query = message.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`);
  return [
    message.method,
    message.path.split("/").map(encode).join("/"),
    query.join("&"),
    ...signed.headers.map((name) => `${name}:${message.headers.get(name) ?? ""}`),
    "",
    signed.headers.join(";"),
    signed.payloadHash,
  ].join("\n");
}

const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));

export const sha256 = (data: string | Uint8Array) =>
  createHash("sha256").update(data).digest("hex");
