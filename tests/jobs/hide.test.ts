import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";

it("hiding a message changes its visibility on its queue", async () => {
  const asked: { target: unknown; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body = await json(request);
    asked.push({ target: request.headers["x-amz-target"], body });
    response.setHeader("content-type", "application/x-amz-json-1.0").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });

  const { createHide } = await import("../../functions/worker/hide.ts");
  const QueueUrl = `${endpoint}/000000000000/jobs`;
  await createHide(QueueUrl)("handle", 4.2);
  await createHide(QueueUrl)("handle", 100_000);
  const target = "AmazonSQS.ChangeMessageVisibility";
  expect(asked).toEqual([
    { target, body: { QueueUrl, ReceiptHandle: "handle", VisibilityTimeout: 5 } },
    { target, body: { QueueUrl, ReceiptHandle: "handle", VisibilityTimeout: 39_600 } },
  ]);
});
