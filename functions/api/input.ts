import { Refusal } from "@bulkhead/core/error";
import type { ApiContext } from "./env.ts";

export type Fields = Record<string, unknown>;

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/** The query's fields. @throws Refusal when one is given twice */
export function queryOf(c: ApiContext): Fields {
  const fields = Object.entries(c.req.queries());
  const twice = fields.find(([, values]) => values.length > 1);
  if (twice) throw invalid(`${twice[0].slice(0, 100)}: must be given once`);
  return Object.fromEntries(fields.map(([name, [value]]) => [name, value]));
}

/** @throws Refusal for a query of a mutation: the Idempotency-Key does not cover it */
export function refuseQuery(c: ApiContext): void {
  const [name] = Object.keys(c.req.queries());
  if (name !== undefined) throw invalid(`${name.slice(0, 100)}: must be sent in the body`);
}

/**
 * The body's fields: those of a JSON object, none of an empty body.
 *
 * @throws Refusal `request.unsupported_type`, `request.malformed_json`, `request.invalid`
 */
export function fieldsIn(c: ApiContext, body: Uint8Array): Fields {
  if (body.byteLength === 0) return {};
  if (!JSON_TYPE.test(c.req.header("content-type") ?? "")) {
    throw new Refusal(
      "unsupported",
      "request.unsupported_type",
      "Send the body as `Content-Type: application/json`, in UTF-8.",
    );
  }
  const value = parseJson(body);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid("The body must be a JSON object.");
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    const detail = "The body is not JSON in UTF-8.";
    throw new Refusal("invalid", "request.malformed_json", detail, { cause });
  }
}

/** The path's parameters and the rest. @throws Refusal when the rest repeats one of them */
export function mergeFields(parameters: Fields, rest: Fields): Fields {
  const taken = Object.keys(parameters).find((name) => Object.hasOwn(rest, name));
  if (taken) throw invalid(`${taken}: must be sent in the path only`);
  return { ...rest, ...parameters };
}

const invalid = (detail: string) => new Refusal("invalid", "request.invalid", detail);
