import { expect, it } from "vitest";
import type { FunctionDefinition } from "../../packages/local/src/lambda/definition.ts";
import { variablesOf } from "../../packages/local/src/lambda/variables.ts";
import { startUnsupported } from "../../packages/local/src/services/unsupported.ts";

const definition = (variables: Record<string, string>) =>
  ({
    name: "App-Worker",
    codeFolder: "/code",
    handler: "index.handler",
    runtime: "nodejs24.x",
    memoryMegabytes: 512,
    logGroup: "/aws/lambda/App-Worker",
    variables,
  }) as FunctionDefinition;

const variables = (given: Record<string, string>) =>
  variablesOf(definition(given), {
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "s" },
    endpoints: { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" },
    substitutions: {
      postgresPorts: new Set([5433, 5435]),
      passwordOf: (role) => `p/of ${role}`,
      frontDoors: new Map([["d1.cloudfront.net", "http://127.0.0.1:3000"]]),
    },
  });

it("contains the template's and Lambda's variables, and none of this process", () => {
  process.env.AWS_PROFILE = "personal";
  const all = variables({ STAGE: "dev" });
  expect(all).toMatchObject({
    STAGE: "dev",
    AWS_LAMBDA_FUNCTION_NAME: "App-Worker",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1",
    AWS_CONFIG_FILE: "/dev/null",
    LAMBDA_TASK_ROOT: "/code",
  });
  expect(all).not.toHaveProperty("AWS_PROFILE");
  expect(all).not.toHaveProperty("HOME");
  delete process.env.AWS_PROFILE;
});

it("adds a password to the URL of a local database", () => {
  const { DATABASE_URL } = variables({
    DATABASE_URL: "postgres://bulkhead_api@127.0.0.1:5433/bulkhead?sslmode=verify-full",
  });
  expect(DATABASE_URL).toBe(
    "postgres://bulkhead_api:p%2Fof%20bulkhead_api@127.0.0.1:5433/bulkhead?sslmode=disable",
  );
});

it("adds passwords to URLs inside JSON", () => {
  const { DATABASES } = variables({
    DATABASES: JSON.stringify({
      dedicated: "postgres://bulkhead_api@127.0.0.1:5435/bulkhead?sslmode=verify-full",
      other: "postgres://bulkhead_api@127.0.0.1:5434/bulkhead?sslmode=verify-full",
    }),
  });
  expect(JSON.parse(String(DATABASES))).toEqual({
    dedicated:
      "postgres://bulkhead_api:p%2Fof%20bulkhead_api@127.0.0.1:5435/bulkhead?sslmode=disable",
    other: "postgres://bulkhead_api@127.0.0.1:5434/bulkhead?sslmode=verify-full",
  });
});

it.each([
  "postgres://bulkhead_api@127.0.0.1:5434/bulkhead?sslmode=verify-full",
  "postgres://bulkhead_api@db.example.com:5433/bulkhead?sslmode=verify-full",
  "postgres://bulkhead_api:own@127.0.0.1:5433/bulkhead?sslmode=verify-full",
])("does not change %s", (url) => {
  expect(variables({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
});

it("replaces the distribution's domain with the front door, and no other", () => {
  const { PUBLIC_URL, OTHER } = variables({
    PUBLIC_URL: "https://d1.cloudfront.net",
    OTHER: "https://d2.cloudfront.net",
  });
  expect([PUBLIC_URL, OTHER]).toEqual(["http://127.0.0.1:3000", "https://d2.cloudfront.net"]);
});

it("omits a file of certificate authorities that does not exist here", () => {
  expect(variables({ NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" })).not.toHaveProperty(
    "NODE_EXTRA_CA_CERTS",
  );
  expect(variables({ NODE_EXTRA_CA_CERTS: import.meta.filename })).toHaveProperty(
    "NODE_EXTRA_CA_CERTS",
  );
});

it("refuses requests to an unsupported service by name", async () => {
  const { endpoint, close } = await startUnsupported();
  const authorization =
    "AWS4-HMAC-SHA256 Credential=AKIA/20261123/eu-central-1/kms/aws4_request, SignedHeaders=host";
  const answer = await fetch(endpoint, { method: "POST", headers: { authorization } });
  await close();
  expect([answer.status, await answer.json()]).toEqual([
    501,
    { __type: "NotImplemented", message: "The local cloud does not have the service kms." },
  ]);
});
