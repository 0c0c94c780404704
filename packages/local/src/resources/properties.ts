import { isObject, type JsonObject, type JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";

/**
 * How the local cloud treats a property: supported, ignored for a reason, or an object (or a list of
 * objects) with its own properties.
 */
export type Support = Supported | Ignored | PropertySupport;
export type PropertySupport = { [name: string]: Support };
type Supported = { supported: true };
export type Ignored = { ignored: string };

export const supported: Supported = { supported: true };

/** A property without effect in the local cloud, and the reason. */
export const ignored = (why: string): Ignored => ({ ignored: why });

/**
 * Refuses every property that is neither supported nor ignored for a reason, so that none is ignored
 * silently.
 *
 * @throws StartError that names the property.
 */
export function refuseUnsupported(
  properties: JsonValue,
  support: PropertySupport,
  where: string,
): void {
  for (const item of Array.isArray(properties) ? properties : [properties]) {
    if (!isObject(item)) continue;
    for (const [name, value] of Object.entries(item)) {
      const entry = support[name];
      if (entry === undefined) {
        throw new StartError(
          `${where} has the property ${name}, which the local cloud does not support: add it in packages/local/src/resources, or leave it out of this stage.`,
        );
      }
      const leaf = "supported" in entry || "ignored" in entry;
      if (!leaf) refuseUnsupported(value, entry as PropertySupport, `${where}, ${name}`);
    }
  }
}

export const withoutIgnored = (properties: JsonObject, support: PropertySupport): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter(([name]) => !("ignored" in (support[name] ?? {}))),
  );

/** Reads the evaluated properties of one resource. */
export type PropertyReader = {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string, fallback: number): number;
  optionalNumber(name: string): number | undefined;
  flag(name: string): boolean;
  object(name: string): JsonObject;
  list(name: string): JsonValue[];
  /** Refuses all other values. */
  only(name: string, ...allowed: JsonValue[]): void;
};

/** Each function throws a StartError for a value of another type. */
export function propertyReader(properties: JsonObject, where: string): PropertyReader {
  const wrong = (name: string, expected: string) =>
    new StartError(
      `${where}: ${name} must be ${expected}, not ${JSON.stringify(properties[name])}.`,
    );

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
      throw wrong(name, `${allowed.map(String).join(" or ")} in the local cloud`);
    },
  };
  return self;
}
