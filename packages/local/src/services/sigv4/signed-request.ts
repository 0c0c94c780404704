import type { IncomingMessage } from "node:http";

/** A request as it was on the wire, before any normalisation that would hide what was signed. */
export type SignedRequest = {
  method: string;
  /** Still percent-encoded. */
  path: string;
  /** Decoded pairs, in their order. */
  query: [name: string, value: string][];
  /** By lower-case name; repeated headers are joined by a comma, as the signer joins them. */
  headers: Map<string, string>;
};

/** @throws URIError when the query is not valid percent-encoded UTF-8. */
export function signedRequestOf(request: IncomingMessage): SignedRequest {
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
    const value = (rawHeaders[index + 1] ?? "").trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
