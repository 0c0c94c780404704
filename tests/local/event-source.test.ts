import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { failedMessages } from "../../packages/local/src/events/batch-failures.ts";
import { createEventSource } from "../../packages/local/src/events/event-source.ts";
import { type Deployment, deploy, lambdaFunction } from "./support/deploy.ts";

/** Logs the bodies of each batch. A body says which failure to simulate. */
const WORKER = `
let running = 0;
export const handler = async ({ Records }) => {
  console.log("batch " + Records.map(({ body }) => body).join(" ") + " beside " + running++);
  await new Promise((resolve) => setTimeout(resolve, 50));
  running--;
  if (Records.some(({ body }) => body.startsWith("throw"))) throw new Error("all of them");
  const failed = Records.filter(({ body }) => body.startsWith("bad"));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

const SHOW = `
export const handler = async ({ Records }) => console.log(JSON.stringify(Records[0]));`;

async function setUp(mapping: object = {}, { code = WORKER, VisibilityTimeout = 1 } = {}) {
  const cloud = await deploy(
    {
      Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
      Jobs: {
        Type: "AWS::SQS::Queue",
        Properties: {
          QueueName: "jobs",
          VisibilityTimeout,
          RedrivePolicy: {
            deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
            maxReceiveCount: 2,
          },
        },
      },
      Worker: lambdaFunction("worker", { Timeout: 1 }),
      Feed: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Jobs", "Arn"] },
          FunctionName: { Ref: "Worker" },
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ...mapping,
        },
      },
    },
    { code: { worker: code } },
  );
  const [spec] = cloud.declared.eventSources;
  if (!spec) throw new Error("the mapping declared nothing");
  const source = createEventSource(spec);
  onTestFinished(() => source.stop());
  return { cloud, source, jobs: spec.queue, dead: cloud.services.sqs.queue("arn:x:dead") };
}

const left = (cloud: Deployment) =>
  cloud.services.sqs.list().map(({ visible, inFlight }) => visible + inFlight);

const batches = ({ fleet }: Deployment) =>
  fleet.logs.flatMap((line) => /batch (.*) beside/.exec(line)?.[1] ?? []);

it("delivers a batch in Lambda's format, and deletes it after success", async () => {
  const { cloud, source, jobs } = await setUp({}, { code: SHOW });
  jobs.send([
    {
      body: "hello",
      groupId: "acme",
      attributes: { kind: { DataType: "String", StringValue: "export" } },
    },
  ]);
  source.start();
  await expect.poll(() => cloud.fleet.logs.length).toBe(1);
  expect(JSON.parse(cloud.fleet.logs[0]?.split(" | ")[1] ?? "")).toMatchObject({
    body: "hello",
    eventSource: "aws:sqs",
    eventSourceARN: jobs.arn,
    awsRegion: "eu-central-1",
    attributes: { ApproximateReceiveCount: "1", MessageGroupId: "acme" },
    messageAttributes: { kind: { dataType: "String", stringValue: "export" } },
  });
  await expect.poll(() => left(cloud)).toEqual([0, 0]);
});

it("redelivers only failed messages, and moves them to the dead-letter queue after the last attempt", async () => {
  const { cloud, source, jobs, dead } = await setUp();
  jobs.send([{ body: "good1" }, { body: "bad" }, { body: "good2" }]);
  source.start();
  await expect.poll(() => dead.stats().visible, { timeout: 25_000, interval: 100 }).toBe(1);
  expect(batches(cloud)).toEqual(["good1 bad good2", "bad"]);
  expect(dead.list()[0]?.body).toBe("bad");
  expect(jobs.stats()).toMatchObject({ visible: 0, inFlight: 0 });
});

it("redelivers the whole batch when the function fails", async () => {
  const { cloud, source, jobs } = await setUp();
  jobs.send([{ body: "throw" }, { body: "good" }]);
  source.start();
  await expect.poll(() => batches(cloud).length, { timeout: 25_000 }).toBeGreaterThan(1);
  expect(batches(cloud).join(" ").split(" ").sort()).toEqual(["good", "good", "throw", "throw"]);
});

it("never runs more batches at once than its maximum concurrency, nor larger ones than its size", async () => {
  const { cloud, source, jobs } = await setUp({
    BatchSize: 2,
    ScalingConfig: { MaximumConcurrency: 2 },
  });
  jobs.send(Array.from({ length: 10 }, (_, at) => ({ body: `job${at}` })));
  source.start();
  await expect.poll(() => left(cloud), { timeout: 25_000 }).toEqual([0, 0]);
  expect(cloud.fleet.find("App-Worker")?.stats().coldStarts).toBeLessThanOrEqual(2);
  expect(batches(cloud).every((bodies) => bodies.split(" ").length <= 2)).toBe(true);
  expect(batches(cloud).join(" ").split(" ")).toHaveLength(10);
});

it("waits for its batching window to fill a batch", async () => {
  const { cloud, source, jobs } = await setUp(
    { MaximumBatchingWindowInSeconds: 1 },
    { VisibilityTimeout: 10 },
  );
  source.start();
  for (const body of ["one", "two", "three"]) {
    jobs.send([{ body }]);
    await sleep(100);
  }
  await expect.poll(() => left(cloud), { timeout: 25_000 }).toEqual([0, 0]);
  expect(batches(cloud)).toEqual(["one two three"]);
});

it("finishes and deletes a running batch when it stops", async () => {
  const { cloud, source, jobs } = await setUp();
  jobs.send([{ body: "last" }]);
  source.start();
  await expect.poll(() => batches(cloud)).toEqual(["last"]);
  await source.stop();
  expect(left(cloud)).toEqual([0, 0]);
});

const sent = ["a", "b"];
it.each([
  ["no answer", "null", []],
  ["an empty list", '{"batchItemFailures":[]}', []],
  ["nothing about failures", "{}", []],
  ["one failure", '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ["b"]],
  ["an id that was not sent", '{"batchItemFailures":[{"itemIdentifier":"c"}]}', sent],
  ["an empty id", '{"batchItemFailures":[{"itemIdentifier":""}]}', sent],
  ["a wrong key", '{"batchItemFailures":[{"id":"b"}]}', sent],
  ["text", '"done"', sent],
])("interprets %s as Lambda does", (_, payload, failed) => {
  expect([...failedMessages(payload, sent)]).toEqual(failed);
});
