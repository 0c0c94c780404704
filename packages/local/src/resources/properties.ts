import { isObject, type Json, type JsonObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";

/**
 * What is known of a resource's properties: honoured, ignored for a reason, or an object (or a list
 * of objects) whose own properties are known in turn.
 */
export type Known = Honoured | Ignored | KnownProperties;
export type KnownProperties = { [name: string]: Known };
type Honoured = { supported: true };
export type Ignored = { ignored: string };

export const supported: Honoured = { supported: true };

/** A property that changes nothing on a laptop, and why that is so. */
export const ignored = (why: string): Ignored => ({ ignored: why });

/**
 * A double that accepts and ignores is worse than none: whatever is not known is refused.
 *
 * @throws StartError that names the property.
 */
export function refuseUnknown(properties: Json, known: KnownProperties, where: string): void {
  for (const item of Array.isArray(properties) ? properties : [properties]) {
    if (!isObject(item)) continue;
    for (const [name, value] of Object.entries(item)) {
      const entry = known[name];
      if (entry === undefined) {
        throw new StartError(
          `${where} has the property ${name}, which the local cloud does not know. Teach it in packages/local/src/resources, or leave it out of this stage.`,
        );
      }
      const leaf = "supported" in entry || "ignored" in entry;
      if (!leaf) refuseUnknown(value, entry as KnownProperties, `${where}, ${name}`);
    }
  }
}

export const withoutIgnored = (properties: JsonObject, known: KnownProperties): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter(([name]) => !("ignored" in (known[name] ?? {}))),
  );

/** Reads properties of one resource, whose values are already evaluated. */
export type PropertyReader = {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string, fallback: number): number;
  optionalNumber(name: string): number | undefined;
  flag(name: string): boolean;
  object(name: string): JsonObject;
  list(name: string): Json[];
  /** Refuses a value that this cloud can't give. */
  only(name: string, ...allowed: Json[]): void;
};

/** @throws StartError, from each of its functions, for a value of another kind. */
export function propertyReader(properties: JsonObject, where: string): PropertyReader {
  const wrong = (name: string, wanted: string) =>
    new StartError(`${where}: ${name} must be ${wanted}, not ${JSON.stringify(properties[name])}.`);

  const self: PropertyReader = {
    text(name) {
      const value = properties[name];
      if (typeof value === "string" || typeof value === "number") return String(value);
      throw wrong(name, "a string");
    },
    optionalText: (name) => (properties[name] === undefined ? undefined : self.text(name)),
    number: (name, fallback) => self.optionalNumber(name) ?? fallback,
    optionalNumber(name) {
      const value = properties[name];
      if (value === undefined) return undefined;
      if (value === "" || !Number.isFinite(Number(value))) throw wrong(name, "a number");
      return Number(value);
    },
    flag: (name) => properties[name] === true || properties[name] === "true",
    object(name) {
      const value = properties[name] ?? {};
      if (!isObject(value)) throw wrong(name, "an object");
      return value;
    },
    list(name) {
      const value = properties[name] ?? [];
      if (!Array.isArray(value)) throw wrong(name, "a list");
      return value;
    },
    only(name, ...allowed) {
      const value = properties[name];
      if (value === undefined || allowed.some((each) => String(each) === String(value))) return;
      throw wrong(name, `${allowed.map(String).join(" or ")} on this cloud`);
    },
  };
  return self;
}
