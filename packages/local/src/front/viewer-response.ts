import { STATUS_CODES } from "node:http";
import type { FrontResponse } from "../http/message.ts";
import type { ViewerResponse } from "./viewer-event.ts";

/** The response in a function's event: without its body, with cookies separate. */
export function viewerResponse({ status, headers }: FrontResponse): ViewerResponse {
  const cookies = headers.filter(([name]) => name === "set-cookie").map(([, text]) => cookie(text));
  const others = headers.filter(([name]) => name !== "set-cookie");
  return {
    statusCode: status,
    statusDescription: STATUS_CODES[status] ?? "",
    headers: Object.fromEntries(others.map(([name, value]) => [name.toLowerCase(), { value }])),
    cookies: Object.fromEntries(cookies),
  };
}

/** The response that a function returned, with the original body unless it returned one. */
export function frontResponse(
  { statusCode, headers, cookies, body }: ViewerResponse,
  unchanged: FrontResponse["body"] = "",
): FrontResponse {
  return {
    status: statusCode,
    headers: [
      ...Object.entries(headers ?? {}).map(([name, { value }]): [string, string] => [name, value]),
      ...Object.entries(cookies ?? {}).map(([name, { value, attributes }]): [string, string] => [
        "set-cookie",
        [`${name}=${value}`, attributes].filter(Boolean).join("; "),
      ]),
    ],
    body: body === undefined ? unchanged : bytes(body),
  };
}

function bytes(body: NonNullable<ViewerResponse["body"]>): Buffer {
  const { data, encoding } = typeof body === "object" ? body : { data: body, encoding: "text" };
  return Buffer.from(data, encoding === "base64" ? "base64" : "utf8");
}

function cookie(text: string): [string, { value: string; attributes: string }] {
  const [pair = "", ...attributes] = text.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: attributes.join("; ") }];
}
