import { type FrontResponse, json } from "../http/message.ts";
import { isObject, type Json } from "../shared/json.ts";

export const internalServerError = () => json(500, { message: "Internal Server Error" });

/**
 * What a function answered, as an HTTP API turns it into a response. With a `statusCode` the answer
 * describes the response; without one it is the body of a 200.
 *
 * @param payload the function's answer as JSON text
 */
export function httpAnswer(payload: string): FrontResponse {
  const answer: Json = JSON.parse(payload);
  if (!isObject(answer) || answer.statusCode === undefined) return bare(answer, payload);

  const status = Number(answer.statusCode);
  const { body = "", headers = {}, cookies = [] } = answer;
  const broken =
    !Number.isInteger(status) ||
    status < 100 ||
    status > 599 ||
    (typeof body !== "string" && body !== null) ||
    !isObject(headers) ||
    !Array.isArray(cookies);
  if (broken) return internalServerError();

  const named: [string, string][] = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  if (!named.some(([name]) => name === "content-type")) {
    named.push(["content-type", "text/plain;charset=UTF-8"]);
  }
  for (const cookie of cookies) named.push(["set-cookie", String(cookie)]);
  const encoding = answer.isBase64Encoded === true ? "base64" : "utf8";
  return { status, headers: named, body: Buffer.from(body ?? "", encoding) };
}

function bare(answer: Json, payload: string): FrontResponse {
  return {
    status: 200,
    headers: [["content-type", "application/json"]],
    body: typeof answer === "string" ? answer : payload,
  };
}
