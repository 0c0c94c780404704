import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { z } from "zod";
import { draw, type Place, put, Ungeneratable } from "./specimen.ts";

export type Fields = Record<string, unknown>;

/** What something takes: its places, and inputs that it accepts. */
export type Inputs = {
  places: readonly Place[];
  /** The places of the ids that it can't be asked without. */
  needed: readonly Place[];
  /** An input with these ids where ids are needed, and texts that were never sent before. */
  input(ids: readonly string[], given?: Place): Fields;
  accepts(fields: Fields): boolean;
};

/**
 * @param always fields that are part of every input, whatever the schema says
 * @throws Ungeneratable that begins with `name` and says what to add
 */
export function inputsOf(name: string, schema: z.ZodType, always: readonly string[] = []): Inputs {
  try {
    return generated(schema, always);
  } catch (error) {
    if (!(error instanceof Ungeneratable)) throw error;
    throw new Ungeneratable(`${name} can't be attacked: ${error.message}`);
  }
}

function generated(schema: z.ZodType, always: readonly string[]): Inputs {
  const accepts = (fields: Fields) => schema.safeParse(fields).success;
  const { value, places } = draw(schema);
  const base = baseOf(schema, value as Fields, always);
  return {
    places,
    needed: places.filter(({ kind, path }) => kind === "id" && Object.hasOwn(base, path[0] ?? "")),
    accepts,
    input(ids, given) {
      let fields = given ? withField(base, given) : base;
      if (given && !accepts(fields)) fields = given.within as Fields;
      for (const { path, kind, value } of places) {
        if (kind !== "text" || at(fields, path) !== value) continue;
        const having = (text: string) => put(fields, path, text) as Fields;
        fields = having(scrambled(value, (text) => accepts(having(text))));
      }
      for (const [index, { path }] of this.needed.entries()) {
        fields = put(fields, path, ids[index] ?? randomUUID()) as Fields;
      }
      return fields;
    },
  };
}

/** As little as is accepted: the required fields, or else all but a cursor, which no list begins with. */
function baseOf(schema: z.ZodType, full: Fields, always: readonly string[]): Fields {
  const shape = (schema.def as unknown as { shape?: Record<string, z.ZodType> }).shape ?? {};
  const isNeeded = (field: string) =>
    always.includes(field) || !shape[field]?.safeParse(undefined).success;
  const least = Object.fromEntries(Object.entries(full).filter(([field]) => isNeeded(field)));
  const { cursor: _, ...most } = full;
  const base = [least, most].find((fields) => schema.safeParse(fields).success);
  if (base) return base;
  throw new Ungeneratable(
    "Neither its required fields nor all of them together are accepted. Give fields that depend on each other examples that agree: .meta({ examples: […] }).",
  );
}

/** The least input, and of a full one the field that the place is in. */
function withField(base: Fields, { path: [field = ""], within }: Place): Fields {
  return { ...base, [field]: (within as Fields)[field] };
}

const at = (value: unknown, path: Place["path"]): unknown =>
  path.reduce<unknown>((inner, part) => (inner as Fields | undefined)?.[part], value);

/** A text of the same form that was never sent before: letters for letters, digits for digits. */
function scrambled(text: string, accepts: (text: string) => boolean = () => true): string {
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

const ID_BYTES = 16;

/** The cursor of the same list and time, after a row that does not exist. */
function atAbsentRow(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").subarray(0, -ID_BYTES);
  return Buffer.concat([place, randomBytes(ID_BYTES)]).toString("base64url");
}

/** The same kind of thing, which no tenant has. */
export function absent(kind: Place["kind"], value: string): string {
  if (kind === "id") return randomUUID();
  if (kind === "cursor") return atAbsentRow(value);
  return scrambled(value);
}
