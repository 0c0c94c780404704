import { fromEnv } from "@aws-sdk/credential-provider-env";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

// This loads the AWS SDK's signer. It is imported by `import()` alone, with the first request to X-Ray.

export type SignerOptions = { url: string; region: string };

/** The environment's credentials have expired, and Lambda has not replaced them. */
export class CredentialsExpired extends Error {
  override name = "CredentialsExpired";
}

/**
 * Signs requests to X-Ray's OTLP endpoint with the credentials of the function's environment, which are
 * read for each: they may be replaced while the process lives.
 *
 * @returns the headers of a request with this body
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function createSigner({ url, region }: SignerOptions) {
  const { protocol, host, hostname, port, pathname } = new URL(url);
  const signer = new SignatureV4({
    service: "xray",
    region,
    credentials: currentCredentials,
    sha256: Sha256,
  });
  return async (body: Uint8Array): Promise<Record<string, string>> => {
    const { headers } = await signer.sign({
      method: "POST",
      protocol,
      hostname,
      ...(port && { port: Number(port) }),
      path: pathname,
      headers: { host, "content-type": "application/json" },
      body,
    });
    return headers;
  };
}

const readCredentials = fromEnv();

async function currentCredentials() {
  const credentials = await readCredentials();
  const { expiration } = credentials;
  if (expiration && expiration.getTime() <= Date.now()) {
    throw new CredentialsExpired(`The credentials expired at ${expiration.toISOString()}.`);
  }
  return credentials;
}
