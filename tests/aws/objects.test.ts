import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { createMail } from "@bulkhead/aws/mail";
import { createObjects } from "@bulkhead/aws/objects";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

type Received = { request: IncomingMessage; body: Buffer };

/** A server in the service's place: the SDK's own requests, as they would leave the process. */
async function service(status = 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ request, body: Buffer.concat(chunks) });
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(status === 200 ? "{}" : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { received, url, close };
}

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("an object", () => {
  it("is written whole from a stream, with its length and checksum, and leaves no file behind", async () => {
    const s3 = await service();
    const { S3Client } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ endpoint: s3.url, forcePathStyle: true });
    const objects = createObjects("exports", async () => client);
    const spools = () => readdirSync(tmpdir()).filter((name) => name.startsWith("bufferToFile-"));
    const before = spools();

    await objects.putStream("a/b.json", chunks(), "application/json");

    const [put] = s3.received;
    const whole = `["${"ä".repeat(70_000)}"]`;
    expect(put?.body.toString()).toBe(whole);
    expect(put?.request.url).toMatch(/^\/exports\/a\/b\.json/);
    expect(put?.request.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(whole)),
      "x-amz-checksum-sha256": createHash("sha256").update(whole).digest("base64"),
    });
    expect(spools()).toEqual(before);
    client.destroy();
    await s3.close();

    async function* chunks() {
      yield '["';
      yield "ä".repeat(70_000);
      yield Buffer.from('"]');
    }
  });

  it("is not written when its stream breaks", async () => {
    const s3 = await service();
    const { S3Client } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ endpoint: s3.url, forcePathStyle: true });
    const broken = async function* () {
      yield "half";
      throw new Error("the database went away");
    };
    const put = createObjects("exports", async () => client).putStream("a", broken(), "text/plain");
    await expect(put).rejects.toThrow("the database went away");
    expect(s3.received).toEqual([]);
    await s3.close();
  });

  it("is downloaded by a link of five minutes, under the name that it is given", async () => {
    const { S3Client } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ endpoint: "http://127.0.0.1:9", forcePathStyle: true });
    const link = await createObjects("exports", async () => client).link(
      "a/b.json",
      'Zürich "1".json',
    );

    const query = new URL(link.url).searchParams;
    expect(query.get("X-Amz-Expires")).toBe("300");
    expect(query.get("response-content-disposition")).toBe(
      `attachment; filename="Z_rich _1_.json"; filename*=UTF-8''Z%C3%BCrich%20%221%22.json`,
    );
    expect(link.expiresAt.getTime() - Date.now()).toBeGreaterThan(290_000);
  });
});

describe("a mail", () => {
  it("is plain text from our address to one reader", async () => {
    const ses = await service();
    const { SESv2Client } = await import("@aws-sdk/client-sesv2");
    const client = new SESv2Client({ endpoint: ses.url });
    await createMail("app@example.test", async () => client).send(
      "ada@example.test",
      "Grüße",
      "Text",
    );

    expect(JSON.parse(String(ses.received[0]?.body))).toEqual({
      FromEmailAddress: "app@example.test",
      Destination: { ToAddresses: ["ada@example.test"] },
      Content: {
        Simple: {
          Subject: { Data: "Grüße", Charset: "UTF-8" },
          Body: { Text: { Data: "Text", Charset: "UTF-8" } },
        },
      },
    });
    await ses.close();
  });
});
