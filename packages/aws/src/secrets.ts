import { clientOptions, once } from "./client.ts";

/** Gives the value of a secret by its ARN. */
export type ReadSecret = (arn: string) => Promise<string>;

// What a template writes for a value that an operator sets.
const PLACEHOLDER = "REPLACE_ME";

/**
 * A reader that fetches once per ARN and process; concurrent callers share one request. A failure is
 * not kept, so that a corrected secret takes effect without a deployment.
 *
 * @throws Error naming the secret while it still holds its placeholder.
 */
export function createSecrets(fetchSecret: ReadSecret = fromSecretsManager): ReadSecret {
  const pending = new Map<string, () => Promise<string>>();
  return (arn) => {
    const read = pending.get(arn) ?? once(async () => usable(arn, await fetchSecret(arn)));
    pending.set(arn, read);
    return read();
  };
}

/** The process's own reader. */
export const readSecret: ReadSecret = createSecrets();

function usable(arn: string, value: string): string {
  if (value === "" || value.startsWith(PLACEHOLDER)) {
    throw new Error(`The secret ${nameOf(arn)} has no value: set it in Secrets Manager.`);
  }
  return value;
}

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-6RANDOM` without everything but the name. */
const nameOf = (arn: string) =>
  arn
    .split(":")
    .slice(6)
    .join(":")
    .replace(/-\w{6}$/, "");

const openClient = once(async () => {
  const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
  return new SecretsManager(clientOptions());
});

async function fromSecretsManager(arn: string): Promise<string> {
  const client = await openClient();
  const { SecretString } = await client.getSecretValue({ SecretId: arn });
  return SecretString ?? "";
}
