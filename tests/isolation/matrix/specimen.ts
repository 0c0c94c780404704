import type { z } from "zod";

export type Path = readonly (string | number)[];

/** Where in an input a value of another tenant's can stand. */
export type Place = {
  path: Path;
  kind: "id" | "cursor" | "text";
  /** A whole input that has this place, with every optional field given. */
  within: unknown;
  /** A value that fits here and that no tenant has. */
  value: string;
};

/** An input that a schema accepts, and the places in it. */
export type Specimen = { value: unknown; places: readonly Place[] };

/** A schema that no input could be made for. Its message says what to add. */
export class Ungeneratable extends Error {
  override name = "Ungeneratable";
}

/** As much of a zod 4 definition as is walked here. */
type Definition = {
  type: string;
  format?: string;
  innerType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  options?: z.ZodType[];
  items?: z.ZodType[];
  entries?: Record<string, string | number>;
  values?: unknown[];
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  left?: z.ZodType;
  right?: z.ZodType;
  getter?: () => z.ZodType;
};

const IDS = new Set(["uuid", "guid"]);
/** A text in one of these forms says nothing of whose it is. */
const PLAIN = new Set(["datetime", "date", "time", "duration", "ipv4", "ipv6", "cidrv4", "cidrv6"]);

// A text is one of those that its schema accepts. What none of them fits gives an example of its own.
const TEXTS = [
  "Quartz Lantern",
  "quartz-lantern",
  "quartz_lantern",
  "quartz.lantern",
  "QuartzLantern",
  "quartz@lantern.test",
  "https://lantern.test/quartz",
  "2099-01-01T00:00:00Z",
  "2099-01-01",
  "12:00:00",
  "P1D",
  "203.0.113.7",
  "quartz",
  "en",
  "EUR",
  "1",
];
const NUMBERS = [1, 2, 10, 0, 50, 100, 1_000, -1, 0.5];
export const ABSENT = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

/**
 * Walks a schema for an input that it accepts. Every optional field is given, and each way of a union
 * is gone once.
 *
 * @throws Ungeneratable
 */
export function draw(schema: z.ZodType, path: Path = []): Specimen {
  const definition = schema.def as unknown as Definition;
  const { type, innerType, shape, element, options, items, format } = definition;
  const place = (kind: Place["kind"], value: string): Specimen => ({
    value,
    places: [{ path, kind, within: value, value }],
  });

  switch (type) {
    case "string": {
      if (path.at(-1) === "cursor") return place("cursor", "");
      if (IDS.has(format ?? "")) return place("id", ABSENT);
      const value = fitting(schema, TEXTS, path);
      return PLAIN.has(format ?? "") ? { value, places: [] } : place("text", value);
    }
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
    case "nonoptional":
    case "success":
      return draw(required(innerType), path);
    case "lazy":
      return path.length > 8
        ? { value: null, places: [] }
        : draw(required(definition.getter?.()), path);
    case "pipe": {
      const into = required(definition.in);
      return draw(into.def.type === "transform" ? required(definition.out) : into, path);
    }
    case "object":
      return together(Object.entries(required(shape)), path, Object.fromEntries);
    case "array":
      return together([[0, required(element)]], path, (entries) =>
        entries.map(([, value]) => value),
      );
    case "tuple":
      return together([...required(items).entries()], path, (entries) =>
        entries.map(([, value]) => value),
      );
    case "record": {
      const key = draw(required(definition.keyType), path).value as string;
      return together([[key, required(definition.valueType)]], path, Object.fromEntries);
    }
    case "union": {
      const ways = required(options).map((option) => draw(option, path));
      return { value: ways[0]?.value, places: ways.flatMap(({ places }) => places) };
    }
    case "intersection": {
      const [left, right] = [
        draw(required(definition.left), path),
        draw(required(definition.right), path),
      ];
      const merged = (a: unknown, b: unknown) => ({ ...(a as object), ...(b as object) });
      const around = ({ places }: Specimen, other: Specimen) =>
        places.map((each) => ({ ...each, within: merged(other.value, each.within) }));
      return {
        value: merged(left.value, right.value),
        places: [...around(left, right), ...around(right, left)],
      };
    }
    case "enum":
      return { value: Object.values(required(definition.entries))[0], places: [] };
    case "literal":
      return { value: required(definition.values)[0], places: [] };
    case "number":
    case "int":
      return { value: fitting(schema, NUMBERS, path), places: [] };
    case "boolean":
      return { value: true, places: [] };
    case "null":
      return { value: null, places: [] };
    case "any":
    case "unknown":
      return place("text", "Quartz Lantern");
    default:
      throw new Ungeneratable(
        `${told(path)} is a ${type}, which no input is made for. Teach it to tests/isolation/matrix/specimen.ts, or use a schema that JSON has a form for.`,
      );
  }
}

/** What its parts make together, and each of their places in the whole. */
function together(
  parts: readonly (readonly [string | number, z.ZodType])[],
  path: Path,
  join: (entries: [string | number, unknown][]) => unknown,
): Specimen {
  const drawn = parts.map(([name, schema]) => [name, draw(schema, [...path, name])] as const);
  const joined = (name?: string | number, value?: unknown) =>
    join(drawn.map(([each, part]) => [each, each === name ? value : part.value]));
  return {
    value: joined(),
    places: drawn.flatMap(([name, { places }]) =>
      places.map((place) => ({ ...place, within: joined(name, place.within) })),
    ),
  };
}

/** @throws Ungeneratable when neither the schema's own examples nor any of `candidates` is accepted */
function fitting<T>(schema: z.ZodType, candidates: readonly T[], path: Path): T {
  const examples = (schema.meta()?.examples ?? []) as T[];
  const found = [...examples, ...candidates].find((each) => schema.safeParse(each).success);
  if (found !== undefined) return found;
  throw new Ungeneratable(
    `${told(path)} accepts none of the values that are tried. Give its schema one that it accepts: .meta({ examples: ["…"] }).`,
  );
}

const told = (path: Path) => (path.length > 0 ? `"${path.join(".")}"` : "The input");

function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("zod's definitions are not what they were.");
  return part;
}

/** The same value with another one at `path`. */
export function put(value: unknown, [head, ...rest]: Path, other: unknown): unknown {
  if (head === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[head] = put(copy[head], rest, other);
  return copy;
}

/** Every string in a value, with the name of the field that it stands in. */
export function* textsIn(value: unknown, field = ""): Generator<[field: string, text: string]> {
  if (typeof value === "string") yield [field, value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    yield* textsIn(part, Array.isArray(value) ? field : name);
  }
}
