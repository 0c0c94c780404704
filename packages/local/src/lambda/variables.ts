import { existsSync } from "node:fs";
import { devNull } from "node:os";
import path from "node:path";
import type { AccessKey } from "../home/credentials.ts";
import type { FunctionDefinition } from "./definition.ts";

export type FunctionEnvironment = {
  region: string;
  credentials: AccessKey;
  /** `AWS_ENDPOINT_URL_*` and `OTEL_EXPORTER_OTLP_*`: where the SDKs find the local services. */
  endpoints: Record<string, string>;
  substitutions: Substitutions;
};

/** Values of this machine that replace values meant for AWS. */
export type Substitutions = {
  /** Ports of the local PostgreSQL servers. */
  postgresPorts: ReadonlySet<number>;
  passwordOf(role: string): string;
  /** Domain of the distribution → URL of the front door. */
  frontDoors: Map<string, string>;
};

/**
 * All environment variables of a function's process. Nothing is inherited: a profile or a key in the
 * developer's shell never reaches a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function variablesOf(
  definition: FunctionDefinition,
  { region, credentials, endpoints, substitutions }: FunctionEnvironment,
): Record<string, string> {
  return {
    PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: definition.handler,
    LAMBDA_TASK_ROOT: definition.codeFolder,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    // The SDK reads these files even where variables hold the credentials.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...endpoints,
    ...substitute(definition.variables, substitutions),
  };
}

/** The only three places where a variable differs from the template. */
function substitute(
  variables: Record<string, string>,
  { postgresPorts, passwordOf, frontDoors }: Substitutions,
): Record<string, string> {
  const substituted: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    // A file of certificate authorities that exists only in Lambda's runtime.
    if (name === "NODE_EXTRA_CA_CERTS" && !existsSync(value)) continue;
    substituted[name] = throughFrontDoor(
      withPasswords(value, postgresPorts, passwordOf),
      frontDoors,
    );
  }
  return substituted;
}

/**
 * Adds passwords to the URLs of local databases, which accept no IAM token and have no certificate. A
 * value may be a URL, or JSON that contains URLs.
 */
function withPasswords(
  value: string,
  ports: ReadonlySet<number>,
  passwordOf: (role: string) => string,
): string {
  return value.replace(/postgres(ql)?:\/\/[^\s"]+/g, (original) => {
    if (!URL.canParse(original)) return original;
    const url = new URL(original);
    if (url.hostname !== "127.0.0.1" || !ports.has(Number(url.port)) || url.password) {
      return original;
    }
    url.password = passwordOf(decodeURIComponent(url.username));
    url.searchParams.set("sslmode", "disable");
    return url.href;
  });
}

function throughFrontDoor(value: string, frontDoors: Map<string, string>): string {
  for (const [domain, url] of frontDoors) value = value.replaceAll(`https://${domain}`, url);
  return value;
}
