import { scryptSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { expect, it, onTestFinished, vi } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { ORIGIN_SECRET, PASSWORD, SECRET } from "./support.ts";

it("the function signs a user up with its environment alone", async () => {
  const aws = await fakeAws();
  const { url, sql } = await freshDatabase();
  for (const [name, value] of Object.entries({
    DATABASE_URL: `${url("auth")}?sslmode=disable`,
    PUBLIC_URL: "https://app.example.test/",
    AUTH_SECRET_ARN: "arn:aws:secretsmanager:eu-central-1:1:secret:auth-a1B2c3",
    ORIGIN_SECRET_ARN: "arn:aws:secretsmanager:eu-central-1:1:secret:origin-a1B2c3",
    MAIL_FROM: "app@example.test",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIATEST",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_ENDPOINT_URL_SESV2: aws.url,
  })) {
    vi.stubEnv(name, value);
  }
  const { handler } = await import("../../functions/auth/index.ts");
  const invoke = async (path: string, body?: object, query = "") =>
    (await handler(
      event(path, body, query) as never,
      {} as never,
    )) as APIGatewayProxyStructuredResultV2;

  const ada = { name: "Ada", email: "ada@example.test", password: PASSWORD };
  const signedUp = await invoke("/sign-up/email", ada);
  expect(signedUp).toMatchObject({
    statusCode: 200,
    headers: { "x-request-id": expect.any(String) },
  });

  const [link, query] =
    aws.mails[0]?.match(/https:\/\/app\.example\.test\/verify-email\/#(\S+)/) ?? [];
  expect(link).toBeDefined();
  expect((await invoke("/verify-email", undefined, query)).statusCode).toBe(200);
  const signedIn = await invoke("/sign-in/email", ada);
  expect(signedIn.statusCode).toBe(200);
  expect(signedIn.cookies?.[0]).toMatch(/^__Secure-bulkhead\.session_token=/);
  expect(aws.secretsRead).toBe(2);

  // What a guess costs, of processor time and of memory: 32 MiB.
  const [account] = await sql("select password from auth.accounts");
  const [salt = "", key] = String(account?.password).split(":");
  const cost = { N: 16_384, r: 16, p: 1, maxmem: 64 * 2 ** 20 };
  expect(scryptSync(PASSWORD, salt, 64, cost).toString("hex")).toBe(key);
});

function event(path: string, body: object | undefined, rawQueryString: string) {
  const method = body ? "POST" : "GET";
  return {
    version: "2.0",
    rawPath: `/api/auth${path}`,
    rawQueryString,
    headers: {
      host: "abc.execute-api.eu-central-1.amazonaws.com",
      "content-type": "application/json",
      "x-origin-secret": ORIGIN_SECRET,
      "x-viewer-ip": "192.0.2.1",
      origin: "https://app.example.test",
    },
    requestContext: { domainName: "abc.execute-api.eu-central-1.amazonaws.com", http: { method } },
    isBase64Encoded: false,
    ...(body && { body: JSON.stringify(body) }),
  } satisfies Record<string, unknown>;
}

/** Secrets Manager and SES, as far as this function calls them. */
async function fakeAws() {
  const state = { url: "", mails: [] as string[], secretsRead: 0 };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const input = JSON.parse(text);
    if (input.SecretId) {
      state.secretsRead++;
      const SecretString = input.SecretId.includes(":auth-") ? SECRET : ORIGIN_SECRET;
      return response.end(JSON.stringify({ SecretString }));
    }
    state.mails.push(input.Content.Simple.Body.Text.Data);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    vi.unstubAllEnvs();
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
