import type { IncomingMessage } from "node:http";

/** The operation for a method and path, as in REST JSON. For unknown ones, method and path themselves. */
export function routeOf(request: IncomingMessage, routes: Record<string, string>): string {
  const route = `${request.method} ${(request.url ?? "/").split("?")[0]}`;
  return Object.hasOwn(routes, route) ? (routes[route] ?? route) : route;
}
