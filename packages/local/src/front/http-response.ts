import { type FrontResponse, json } from "../http/message.ts";
import { isObject, type JsonValue } from "../shared/json.ts";

export const internalServerError = () => json(500, { message: "Internal Server Error" });

/**
 * Converts a function's result into a response, as an HTTP API does. With a `statusCode` the result
 * describes the response; without one it is the body of a 200.
 *
 * @param payload the function's result as JSON text
 */
export function httpResponse(payload: string): FrontResponse {
  const result: JsonValue = JSON.parse(payload);
  if (!isObject(result) || result.statusCode === undefined) return bodyOnly(result, payload);

  const status = Number(result.statusCode);
  const { body = "", headers = {}, cookies = [] } = result;
  const malformed =
    !Number.isInteger(status) ||
    status < 100 ||
    status > 599 ||
    (typeof body !== "string" && body !== null) ||
    !isObject(headers) ||
    !Array.isArray(cookies);
  if (malformed) return internalServerError();

  const named: [string, string][] = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  if (!named.some(([name]) => name === "content-type")) {
    named.push(["content-type", "text/plain;charset=UTF-8"]);
  }
  for (const cookie of cookies) named.push(["set-cookie", String(cookie)]);
  const encoding = result.isBase64Encoded === true ? "base64" : "utf8";
  return { status, headers: named, body: Buffer.from(body ?? "", encoding) };
}

function bodyOnly(result: JsonValue, payload: string): FrontResponse {
  return {
    status: 200,
    headers: [["content-type", "application/json"]],
    body: typeof result === "string" ? result : payload,
  };
}
