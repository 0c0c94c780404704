import { parametersOf, type Route } from "../../../functions/api/route.ts";
import { type Fields, type Inputs, inputsOf } from "./inputs.ts";
import type { Place } from "./specimen.ts";

/** A route as it is attacked: its input, and where in it something can be another tenant's. */
export type Operation = Inputs & {
  /** `GET /v1/projects/{id}` */
  name: string;
  route: Route;
};

const NOTHING: Inputs = { places: [], needed: [], input: () => ({}), accepts: () => true };

/** @throws Ungeneratable that names the route and says what to add */
export const operationsOf = (routes: readonly Route[]): Operation[] =>
  routes.map((route) => {
    const name = `${route.method.toUpperCase()} ${route.path}`;
    if (route.kind === "open") return { name, route, ...NOTHING };
    // A catch makes something of a missing id too, but there is no path without it.
    return { name, route, ...inputsOf(name, route.verb.input, parametersOf(route.path)) };
  });

/** The request that asks for it. */
export function requestOf({ route }: Operation, fields: Fields): { path: string; body?: string } {
  const parameters = parametersOf(route.path);
  const path = parameters.reduce(
    (path, name) => path.replace(`{${name}}`, encodeURIComponent(String(fields[name]))),
    route.path,
  );
  const rest = Object.entries(fields).filter(([name]) => !parameters.includes(name));
  if (route.kind === "mutation") {
    return rest.length > 0 ? { path, body: JSON.stringify(Object.fromEntries(rest)) } : { path };
  }
  const query = new URLSearchParams(
    Object.fromEntries(rest.map(([name, value]) => [name, String(value)])),
  );
  return { path: query.size > 0 ? `${path}?${query}` : path };
}

/** What the table of the matrix calls the place. */
export function positionOf({ route }: Operation, { path, kind }: Place): string {
  if (kind === "cursor") return "cursor";
  if (parametersOf(route.path).includes(String(path[0]))) return "path";
  if (route.kind === "read") return kind === "id" ? "query" : "filter";
  if (kind === "id" && path.length > 1) return "nested id";
  return kind === "id" ? "body" : "text";
}
