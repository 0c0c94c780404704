import { isObject, type Json } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";

/** Finds a secret's whole string by ARN or name. */
export type SecretLookup = (secretId: string) => string | undefined;

const REFERENCE = /\{\{resolve:([^}]*)\}\}/g;

/**
 * Replaces `{{resolve:secretsmanager:SECRET:SecretString:KEY::}}` inside strings, as CloudFormation
 * does when it creates a resource.
 *
 * @throws StartError for another service's reference, a secret that does not exist or a key that its
 * JSON does not have.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function resolveDynamicReferences(value: Json, secretOf: SecretLookup, where: string): Json {
  const within = (item: Json) => resolveDynamicReferences(item, secretOf, where);
  if (Array.isArray(value)) return value.map(within);
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, within(item)]));
  }
  if (typeof value !== "string") return value;
  return value.replace(REFERENCE, (whole, reference: string) => {
    const found = resolve(reference, secretOf);
    if (found === undefined) {
      throw new StartError(`${where} holds ${whole}, which leads to no secret of this cloud.`);
    }
    return found;
  });
}

function resolve(reference: string, secretOf: SecretLookup): string | undefined {
  // An ARN brings six colons of its own: arn:aws:secretsmanager:region:account:secret:name.
  const match =
    /^secretsmanager:(arn:(?:[^:]*:){5}[^:]+|[^:]+)(?::SecretString)?(?::([^:]*))?/.exec(reference);
  const secret = match?.[1] ? secretOf(match[1]) : undefined;
  const key = match?.[2];
  if (secret === undefined || !key) return secret;
  const parsed: unknown = JSON.parse(secret);
  return isObject(parsed) && parsed[key] !== undefined ? String(parsed[key]) : undefined;
}
