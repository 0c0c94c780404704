/** A route of an HTTP API: `ANY /v1/{proxy+}`, `GET /health` or `$default`. */
export type ApiRoute<Target> = { key: string; target: Target };

export type Match<Target> = { route: ApiRoute<Target>; pathParameters: Record<string, string> };

/**
 * The most specific route for a request, as an HTTP API chooses it: a full match before a greedy
 * path variable before `$default`, and a method before ANY.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute<Target>(
  routes: readonly ApiRoute<Target>[],
  method: string,
  path: string,
): Match<Target> | undefined {
  const ranked = [...routes].sort((left, right) => rank(right.key) - rank(left.key));
  for (const route of ranked) {
    const pathParameters = match(route.key, method, path);
    if (pathParameters) return { route, pathParameters };
  }
  return undefined;
}

const DEFAULT = "$default";

function rank(key: string): number {
  if (key === DEFAULT) return 0;
  const [method, template = ""] = key.split(" ");
  const parts = template.split("/");
  const literal = parts.filter((part) => !part.startsWith("{")).length;
  const greedy = template.endsWith("+}");
  return (greedy ? 0 : 10_000) + literal * 100 + parts.length * 2 + (method === "ANY" ? 1 : 2);
}

function match(key: string, method: string, path: string): Record<string, string> | undefined {
  if (key === DEFAULT) return {};
  const [routeMethod, template = ""] = key.split(" ");
  if (routeMethod !== "ANY" && routeMethod !== method) return undefined;

  const parameters: Record<string, string> = {};
  const given = path.split("/");
  const parts = template.split("/");
  for (const [at, part] of parts.entries()) {
    const [, name, greedy] = /^\{([^}+]+)(\+)?\}$/.exec(part) ?? [];
    const value = greedy ? given.slice(at).join("/") : given[at];
    if (name ? !value : value !== part) return undefined;
    if (name && value) parameters[name] = value;
    if (greedy) return parameters;
  }
  return given.length === parts.length ? parameters : undefined;
}
