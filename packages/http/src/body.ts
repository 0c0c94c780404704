import { Refusal } from "@bulkhead/core/error";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";

/** Refuses a request whose body is longer than `bytes`, whatever its headers claim. */
export const limitBody = (bytes: number) =>
  bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new Refusal("too_large", "request.too_large", `The body is over ${bytes} bytes.`);
    },
  });

/** The request's body as JSON. @throws Refusal `request.malformed_json` if it is none */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal("invalid", "request.malformed_json", "The body is not JSON.", { cause });
  }
}
