import type { ExportSigner } from "@bulkhead/core/object";
import type { Input, Mutation, Read } from "@bulkhead/core/verb";
import type { z } from "zod";
import type { ApiContext, Deps } from "./env.ts";

type Docs = {
  /** One line, as OpenAPI's `summary`. */
  summary: string;
  description?: string;
};

/** A route that needs no credential. */
export type OpenRoute = Docs & {
  kind: "open";
  method: "get";
  path: string;
  operationId: string;
  answers: z.ZodType;
  handle(c: ApiContext, deps: Deps): Response | Promise<Response>;
};

/** A verb that reads, at a path. Its input is the path's parameters and the query. */
export type ReadRoute = Docs & {
  kind: "read";
  method: "get";
  path: string;
  verb: Read;
  answers: z.ZodType;
  /**
   * Turns the verb's JSON into the body. It is given the exports of the opened tenant and no
   * other port. @default - the body is the verb's JSON
   */
  present?(json: string, exports: ExportSigner): Promise<string>;
};

/** A verb that changes something. Its input is the path's parameters and the body, and it needs an Idempotency-Key. */
export type MutationRoute = Docs & {
  kind: "mutation";
  method: "post" | "patch" | "delete";
  path: string;
  verb: Mutation;
  /** @default - no body, for 204 */
  answers?: z.ZodType;
};

/** One path and method of the API: its handler, and its entry in the OpenAPI document. */
export type Route = OpenRoute | ReadRoute | MutationRoute;

/** Paths are written as OpenAPI does: `/v1/projects/{id}`. */
export const opens = (path: string, route: Omit<OpenRoute, "kind" | "method" | "path">): Route => ({
  kind: "open",
  method: "get",
  path,
  ...route,
});

export const reads = <I extends Input>(
  path: string,
  verb: Read<I>,
  docs: Omit<ReadRoute, "kind" | "method" | "path" | "verb">,
): Route => ({ kind: "read", method: "get", path, verb: forAnyInput(verb), ...docs });

export const mutates = <I extends Input>(
  method: MutationRoute["method"],
  path: string,
  verb: Mutation<I>,
  docs: Omit<MutationRoute, "kind" | "method" | "path" | "verb">,
): Route => ({ kind: "mutation", method, path, verb: forAnyInput(verb), ...docs });

// Input over HTTP has no type yet: the verb parses it.
const forAnyInput = <V extends Read | Mutation>(verb: unknown) => verb as V;

/** The names in braces of a path. */
export const parametersOf = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));

/** A path as Hono writes it: `/v1/projects/:id`. */
export const pattern = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");
