import { createHash, createHmac } from "node:crypto";
import { BeginTransactionCommand, RDSDataClient } from "@aws-sdk/client-rds-data";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it, test } from "vitest";
import { verifySignature } from "../../../packages/local/src/services/sigv4/index.ts";
import { credentials, refusalOf, region, startOwn } from "./support.ts";

type Config = { region: string; credentials: typeof credentials; systemClockOffset?: number };

const calls = {
  sqs: (config: Config) => new SQSClient(config).send(new GetQueueUrlCommand({ QueueName: "q" })),
  secretsManager: (config: Config) =>
    new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: "s" })),
  sesv2: (config: Config) => new SESv2Client(config).send(new SendEmailCommand({ Content: {} })),
  rdsData: (config: Config) =>
    new RDSDataClient(config).send(
      new BeginTransactionCommand({ resourceArn: "r", secretArn: "s" }),
    ),
  s3: (config: Config) =>
    new S3Client(config).send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "x" })),
};

const UNKNOWN_KEY = /UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId/;
const WRONG = /InvalidSignatureException|SignatureDoesNotMatch|AuthorizationHeaderMalformed/;

describe.each(Object.keys(calls) as (keyof typeof calls)[])("%s", (service) => {
  async function refusal(forged: Partial<Config>) {
    const services = await startOwn();
    const endpoint = services.endpoints[service];
    const config = { region, credentials, maxAttempts: 1, endpoint, ...forged };
    return (await refusalOf(calls[service](config))).name;
  }

  it("refuses an unknown key", async () => {
    const unknown = { ...credentials, accessKeyId: "AKIAUNKNOWN" };
    expect(await refusal({ credentials: unknown })).toMatch(UNKNOWN_KEY);
  });

  it("refuses a wrong secret and a foreign region", async () => {
    const guessed = { ...credentials, secretAccessKey: "guessed" };
    expect(await refusal({ credentials: guessed })).toMatch(WRONG);
    expect(await refusal({ region: "us-east-1" })).toMatch(WRONG);
  });

  it("refuses a signature of an hour ago", async () => {
    const skewed = await refusal({ systemClockOffset: -3_600_000 });
    expect(skewed).toMatch(/InvalidSignatureException|SignatureDoesNotMatch|RequestTimeTooSkewed/);
  });

  it("refuses a request without a signature", async () => {
    const services = await startOwn();
    const answer = await fetch(services.endpoints[service], { method: "POST", body: "{}" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).toMatch(/Missing|AccessDenied/);
  });
});

test("a body changed in transit is refused", async () => {
  const { endpoints, sqs } = await startOwn();
  const { url } = sqs.createQueue({ name: "q" });
  const headers = await signed(
    "sqs",
    endpoints.sqs,
    "/",
    JSON.stringify({ QueueUrl: url, MessageBody: "pay 1" }),
    {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.SendMessage",
    },
  );
  const send = (MessageBody: string) =>
    fetch(endpoints.sqs, {
      method: "POST",
      headers,
      body: JSON.stringify({ QueueUrl: url, MessageBody }),
    });
  expect((await send("pay 9")).status).toBe(403);
  expect((await send("pay 1")).status).toBe(200);
  expect(
    sqs
      .queue(url)
      .list()
      .map(({ body }) => body),
  ).toEqual(["pay 1"]);
});

describe("an upload in signed chunks", () => {
  async function upload(tamper: (body: string) => string) {
    const services = await startOwn();
    services.s3.createBucket({ name: "bucket" });
    const payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    const headers = await signed("s3", services.endpoints.s3, "/bucket/key", undefined, {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": payload,
      "x-amz-decoded-content-length": "10",
    });
    const body = tamper(signedChunks(headers, ["hello", "world"]));
    const url = `${services.endpoints.s3}/bucket/key`;
    const answer = await fetch(url, { method: "PUT", headers, body });
    return {
      status: answer.status,
      text: await answer.text(),
      bucket: services.s3.bucket("bucket"),
    };
  }

  it("is accepted with valid chunk signatures", async () => {
    const { status, bucket } = await upload((body) => body);
    expect([status, bucket.head("key")?.size]).toEqual([200, 10]);
    expect(bucket.head("key")?.headers).not.toHaveProperty("content-encoding");
  });

  it.each([
    ["a changed chunk", (body: string) => body.replace("world", "w0rld"), 403],
    [
      "swapped chunks",
      (body: string) => body.replace("hello", "world").replace(/world(?!.*world)/s, "hello"),
      403,
    ],
    ["no last chunk", (body: string) => body.slice(0, body.lastIndexOf("0;")), 400],
    ["a chunk without signature", (body: string) => body.replace(/;chunk-signature=\w+/, ""), 403],
  ])("is refused with %s, and stores nothing", async (_, tamper, expected) => {
    const { status, bucket } = await upload(tamper);
    expect(status).toBe(expected);
    expect(bucket.head("key")).toBeUndefined();
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-query-string-auth.html
describe("the examples that AWS documents for S3", () => {
  const example = {
    service: "s3",
    region: "us-east-1",
    secretOf: () => "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    now: () => Date.parse("2013-05-24T00:00:00Z"),
    skewSeconds: 900,
    isS3: true,
  };
  const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const host: [string, string] = ["host", "examplebucket.s3.amazonaws.com"];
  const get = { method: "GET", path: "/test.txt" };

  const withHeader = (signature: string, date = "20130524") => {
    const scope = `${date}/us-east-1/s3/aws4_request`;
    const signedHeaders = "host;range;x-amz-content-sha256;x-amz-date";
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;
    const headers = new Map([
      host,
      ["range", "bytes=0-9"],
      ["x-amz-content-sha256", EMPTY],
      ["x-amz-date", `${date}T000000Z`],
      ["authorization", authorization],
    ]);
    return verifySignature({ ...get, query: [], headers }, { ...example, payloadHash: EMPTY });
  };
  const withQuery = (signature: string) => {
    const query: [string, string][] = [
      ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
      ["X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"],
      ["X-Amz-Date", "20130524T000000Z"],
      ["X-Amz-Expires", "86400"],
      ["X-Amz-SignedHeaders", "host"],
      ["X-Amz-Signature", signature],
    ];
    const rules = { ...example, payloadHash: "UNSIGNED-PAYLOAD" };
    return verifySignature({ ...get, query, headers: new Map([host]) }, rules);
  };

  it.each([
    ["in a header", withHeader, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"],
    ["in the query", withQuery, "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"],
  ])("are accepted with the signature %s, and refused with another", async (_, verify, given) => {
    expect(await verify(given)).toMatchObject({ signature: given });
    await expect(verify(given.replace(/^./, "0"))).rejects.toThrow(/does not match/);
  });

  it.each(["20131399", "20130230"])("are malformed with the date %s", async (date) => {
    await expect(withHeader("0".repeat(64), date)).rejects.toMatchObject({ kind: "malformed" });
  });
});

/** The headers of a request signed by the SDK's own signer; the body's hash stays as the headers say. */
async function signed(
  service: string,
  endpoint: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<Record<string, string>> {
  const sha256 = class {
    readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;
    constructor(secret?: Uint8Array | string) {
      this.#hash = secret ? createHmac("sha256", secret) : createHash("sha256");
    }
    update(data: Uint8Array | string) {
      this.#hash.update(data);
    }
    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
  };
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: sha256 as never,
    uriEscapePath: service !== "s3",
  });
  const { host, hostname, port } = new URL(endpoint);
  const request = {
    method: body === undefined ? "PUT" : "POST",
    protocol: "http:",
    hostname,
    port: Number(port),
    path,
    query: {},
    body,
    headers: { ...headers, host },
  };
  const { headers: all } = (await signer.sign(request as never)) as unknown as {
    headers: Record<string, string>;
  };
  return all;
}

function signedChunks(headers: Record<string, string>, chunks: string[]): string {
  const { "x-amz-date": date = "", authorization = "" } = headers;
  let previous = /Signature=(\w+)/.exec(authorization)?.[1] ?? "";
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const hmac = (key: Buffer | string, data: string) =>
    createHmac("sha256", key).update(data).digest();
  const key = scope.split("/").reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  const hash = (data: string) => createHash("sha256").update(data).digest("hex");
  const parts = [...chunks, ""].map((chunk) => {
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, previous, hash(""), hash(chunk)];
    previous = hmac(key, text.join("\n")).toString("hex");
    return `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}\r\n`;
  });
  return parts.join("");
}
