import { isObject, type JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";

/** Finds a secret's string by ARN or name. */
export type SecretLookup = (secretId: string) => string | undefined;

const REFERENCE = /\{\{resolve:([^}]*)\}\}/g;

/**
 * Replaces `{{resolve:secretsmanager:SECRET:SecretString:KEY::}}` inside strings, as CloudFormation
 * does when it creates a resource.
 *
 * @throws StartError for a reference to another service, an unknown secret or a missing key.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function resolveDynamicReferences(
  value: JsonValue,
  secretOf: SecretLookup,
  where: string,
): JsonValue {
  const within = (item: JsonValue) => resolveDynamicReferences(item, secretOf, where);
  if (Array.isArray(value)) return value.map(within);
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, within(item)]));
  }
  if (typeof value !== "string") return value;
  return value.replace(REFERENCE, (whole, reference: string) => {
    const found = resolve(reference, secretOf);
    if (found === undefined) {
      throw new StartError(`${where} contains ${whole}, which is not a secret of this cloud.`);
    }
    return found;
  });
}

function resolve(reference: string, secretOf: SecretLookup): string | undefined {
  // An ARN contains six colons: arn:aws:secretsmanager:region:account:secret:name.
  const match =
    /^secretsmanager:(arn:(?:[^:]*:){5}[^:]+|[^:]+)(?::SecretString)?(?::([^:]*))?/.exec(reference);
  const secret = match?.[1] ? secretOf(match[1]) : undefined;
  const key = match?.[2];
  if (secret === undefined || !key) return secret;
  const parsed: unknown = JSON.parse(secret);
  return isObject(parsed) && parsed[key] !== undefined ? String(parsed[key]) : undefined;
}
