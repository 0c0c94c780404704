import type { IncomingMessage } from "node:http";

/** The operation at a method and path, as REST JSON sends it; for an unknown one, the two themselves. */
export function routeOf(request: IncomingMessage, routes: Record<string, string>): string {
  const route = `${request.method} ${(request.url ?? "/").split("?")[0]}`;
  return Object.hasOwn(routes, route) ? (routes[route] ?? route) : route;
}
