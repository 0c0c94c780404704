import { randomInt } from "node:crypto";
import type { GenerateSecretString } from "./types.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
/** The punctuation that Secrets Manager uses (API reference, GetRandomPassword). */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

const OPTIONS = new Set([
  "SecretStringTemplate",
  "GenerateStringKey",
  "PasswordLength",
  "ExcludeCharacters",
  "ExcludeLowercase",
  "ExcludeUppercase",
  "ExcludeNumbers",
  "ExcludePunctuation",
  "IncludeSpace",
  "RequireEachIncludedType",
]);

/** Generates the value of a secret. Throws for contradictory or unknown options. */
export function generateSecret(options: GenerateSecretString): string {
  for (const option of Object.keys(options)) {
    if (!OPTIONS.has(option)) throw new Error(`GenerateSecretString.${option} is not implemented.`);
  }
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  const password = generatePassword(options);
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new Error("SecretStringTemplate and GenerateStringKey must be given together.");
  }
  return JSON.stringify({ ...JSON.parse(template), [key]: password });
}

function generatePassword(options: GenerateSecretString): string {
  const { PasswordLength: length = 32, RequireEachIncludedType: each = true } = options;
  const types = includedTypes(options);
  const all = types.join("");
  if (!Number.isInteger(length) || length < 1 || length > 4096) {
    throw new Error(`PasswordLength must be between 1 and 4096, not ${length}.`);
  }
  if (all === "" || (each && types.length > length)) {
    throw new Error("No password of this length has a character of each included type.");
  }
  const required = each ? types.map(pick) : [];
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffle([...required, ...rest]).join("");
}

function includedTypes(options: GenerateSecretString): string[] {
  const excluded = options.ExcludeCharacters ?? "";
  return [
    options.ExcludeLowercase ? "" : LOWER,
    options.ExcludeUppercase ? "" : LOWER.toUpperCase(),
    options.ExcludeNumbers ? "" : DIGITS,
    options.ExcludePunctuation ? "" : PUNCTUATION,
    options.IncludeSpace ? " " : "",
  ]
    .map((type) => [...type].filter((character) => !excluded.includes(character)).join(""))
    .filter((type) => type !== "");
}

const pick = (characters: string) => characters.charAt(randomInt(characters.length));

/** Fisher-Yates with a cryptographic source, so that positions of required characters are not predictable. */
function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const [a = "", b = ""] = [characters[last], characters[other]];
    characters[last] = b;
    characters[other] = a;
  }
  return characters;
}
