import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { parametersOf, type Route } from "../../../functions/api/route.ts";
import { draw, type Place, put, Ungeneratable } from "./specimen.ts";

export type Fields = Record<string, unknown>;

/** A route as it is attacked: its input, and where in it something can be another tenant's. */
export type Operation = {
  /** `GET /v1/projects/{id}` */
  name: string;
  route: Route;
  places: readonly Place[];
  /** The places of the ids that it can't be asked without. */
  needed: readonly Place[];
  /** An input with these ids where ids are needed, and texts that nobody has sent before. */
  input(ids: readonly string[], given?: Place): Fields;
  accepts(fields: Fields): boolean;
};

/** @throws Ungeneratable that names the route and says what to add */
export const operationsOf = (routes: readonly Route[]): Operation[] => routes.map(operationOf);

function operationOf(route: Route): Operation {
  const name = `${route.method.toUpperCase()} ${route.path}`;
  if (route.kind === "open") {
    return { name, route, places: [], needed: [], input: () => ({}), accepts: () => true };
  }
  const schema = route.verb.input;
  const accepts = (fields: Fields) => schema.safeParse(fields).success;
  try {
    const { value, places } = draw(schema);
    const full = value as Fields;
    const least = Object.fromEntries(
      Object.entries(full).filter(([field]) => !schema.shape[field]?.safeParse(undefined).success),
    );
    // A catch makes nothing of a missing id too, but there is no path without it.
    for (const parameter of parametersOf(route.path)) least[parameter] = full[parameter];
    // A cursor is nothing that one begins with.
    const { cursor: _, ...most } = full;
    const base = accepts(least) ? least : most;
    if (!accepts(base)) {
      throw new Ungeneratable(
        "Neither its required fields nor all of them together are accepted. Give fields that depend on each other examples that agree: .meta({ examples: […] }).",
      );
    }
    const needed = places.filter(
      ({ kind, path }) => kind === "id" && Object.hasOwn(base, path[0] ?? ""),
    );
    return {
      name,
      route,
      places,
      needed,
      accepts,
      input(ids, given) {
        let fields: unknown = given ? withField(base, given) : base;
        if (given && !accepts(fields as Fields)) fields = given.within;
        for (const { path, kind, value } of places) {
          if (kind === "text" && at(fields, path) === value) {
            fields = put(
              fields,
              path,
              scrambled(value, (text) => accepts(put(fields, path, text) as Fields)),
            );
          }
        }
        for (const [index, { path }] of needed.entries())
          fields = put(fields, path, ids[index] ?? randomUUID());
        return fields as Fields;
      },
    };
  } catch (error) {
    if (error instanceof Ungeneratable)
      throw new Ungeneratable(`${name} can't be attacked: ${error.message}`);
    throw error;
  }
}

/** The least input, and of a full one the field that the place is in. */
function withField(base: Fields, { path: [field = ""], within }: Place): Fields {
  return { ...base, [field]: (within as Fields)[field] };
}

const at = (value: unknown, path: Place["path"]): unknown =>
  path.reduce<unknown>((inner, part) => (inner as Fields | undefined)?.[part], value);

/** A text of the same form that nobody has sent before: letters for letters, digits for digits. */
export function scrambled(text: string, accepts: (text: string) => boolean = () => true): string {
  const draw = (alphabet: string) => alphabet[randomInt(alphabet.length)] ?? "";
  for (let attempt = 0; attempt < 20; attempt++) {
    const other = text
      .replace(/[a-z]/g, () => draw("abcdefghijklmnopqrstuvwxyz"))
      .replace(/[A-Z]/g, () => draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
      .replace(/[0-9]/g, () => draw("0123456789"));
    if (accepts(other)) return other;
  }
  return text;
}

/** The same kind of thing, of nobody's. */
export function nobodys(kind: Place["kind"], value: string): string {
  if (kind === "id") return randomUUID();
  if (kind === "cursor") return randomBytes(40).toString("base64url");
  return scrambled(value);
}

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
