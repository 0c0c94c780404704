import { type Problem, titleOf } from "@bulkhead/http";
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { sessionCookie } from "./credential.ts";
import { parametersOf, type Route } from "./route.ts";

const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: "A stable code to switch on. It never changes." }),
    detail: z.string().meta({ description: "A message for people that says what to do." }),
    request_id: z.string().meta({ description: "The id to give to support." }),
  })
  .meta({ id: "Problem" }) satisfies z.ZodType<Problem>;

const IdempotencyKey = z.string().min(1).max(255).meta({
  description:
    "A new random value for each new request, and the same value for its retries. For a day a retry gets the first answer, with `Idempotency-Replayed: true`.",
});

const CONVENTIONS = `
Every request acts in one workspace: the API key's, or the one that the signed-in person has chosen.
A resource of another workspace is treated as unknown, and so is a malformed id: both return 404.

Every mutation needs an \`Idempotency-Key\`. Unknown fields are refused. Every refusal is
\`application/problem+json\` (RFC 9457), with a \`code\` that never changes.

Lists begin with the newest. Send \`next_cursor\` back as \`cursor\` until it is null.
`.trim();

const NO_STATUSES: number[] = [];
const STATUSES = {
  open: [503],
  read: [400, 401, 403, 503],
  mutation: [400, 401, 403, 409, 413, 415, 422, 503],
};

/** The OpenAPI 3.1 document of some routes. @see https://spec.openapis.org/oas/v3.1.1.html */
export function documentOf(routes: readonly Route[], publicUrl: string) {
  const generator = new OpenAPIHono();
  const registry = generator.openAPIRegistry;
  registry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An API key, `bh_…`.",
  });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: sessionCookie(publicUrl),
    description: "A signed-in person, in a browser on the product's own pages.",
  });
  for (const route of routes) registry.registerPath(createRoute(operationOf(route)));

  return generator.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Bulkhead", version: "1.0.0", description: CONVENTIONS },
    servers: [{ url: publicUrl }],
  });
}

function operationOf(route: Route): RouteConfig {
  const parameters = parametersOf(route.path);
  const missing = parameters.length > 0 ? [404] : NO_STATUSES;
  return {
    method: route.method,
    path: route.path,
    operationId: route.kind === "open" ? route.operationId : route.verb.action,
    summary: route.summary,
    ...(route.description && { description: route.description }),
    tags: [route.path.split("/")[2] ?? ""],
    security: route.kind === "open" ? [] : [{ apiKey: [] }, { session: [] }],
    request: requestOf(route, parameters),
    responses: {
      ...successOf(route),
      ...Object.fromEntries([...STATUSES[route.kind], ...missing].map(problemOf)),
    },
  };
}

function requestOf(route: Route, parameters: string[]): NonNullable<RouteConfig["request"]> {
  if (route.kind === "open") return {};
  const params = z.object(Object.fromEntries(parameters.map((name) => [name, z.uuid()])));
  const rest = z.strictObject(
    Object.fromEntries(
      Object.entries(route.verb.input.shape).filter(([name]) => !parameters.includes(name)),
    ),
  );
  if (route.kind === "read") return { params, query: rest };

  const headers = z.object({ "Idempotency-Key": IdempotencyKey });
  if (Object.keys(rest.shape).length === 0) return { params, headers };
  return {
    params,
    headers,
    body: { required: true, content: { "application/json": { schema: rest } } },
  };
}

function successOf(route: Route): RouteConfig["responses"] {
  const status = route.kind === "mutation" ? route.verb.status : 200;
  const description = titleOf(status);
  if (!route.answers) return { [status]: { description } };
  return {
    [status]: { description, content: { "application/json": { schema: named(route.answers) } } },
  };
}

const problemOf = (status: number) => [
  status,
  {
    description: titleOf(status),
    content: { "application/problem+json": { schema: named(ProblemDocument) } },
  },
];

/**
 * The schema as a component of its own, if it has a name. A copy, because the generator extends only
 * schemas that are made after it is loaded.
 */
function named(schema: z.ZodType): z.ZodType {
  const id = schema.meta()?.id;
  const copy = schema.clone();
  return id ? copy.openapi(id) : copy;
}
