import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it, test } from "vitest";
import { clientsOf, refusalOf, startOwn } from "./support.ts";

async function ownQueue(spec = {}) {
  const services = await startOwn();
  const { url, arn } = services.sqs.createQueue({ name: "jobs", ...spec });
  return { services, url, arn, queue: services.sqs.queue(arn), ...clientsOf(services.endpoints) };
}

const send = (sqs: SQSClient, QueueUrl: string, MessageBody: string, more = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));

async function receive(sqs: SQSClient, QueueUrl: string, more = {}) {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return (await sqs.send(command)).Messages ?? [];
}

describe("a message", () => {
  it("arrives with its attributes, its group and its trace header", async () => {
    const { sqs, url } = await ownQueue();
    await send(sqs, url, "grüße 🌊", {
      MessageGroupId: "tenant-1",
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "export" },
        size: { DataType: "Number.bytes", StringValue: "42" },
        blob: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) },
      },
      MessageSystemAttributes: {
        AWSTraceHeader: { DataType: "String", StringValue: "Root=1-a-b" },
      },
    });
    const [message] = await receive(sqs, url, {
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    expect(message?.Body).toBe("grüße 🌊");
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: "tenant-1",
      AWSTraceHeader: "Root=1-a-b",
      ApproximateReceiveCount: "1",
    });
    expect(message?.MessageAttributes?.blob?.BinaryValue).toEqual(new Uint8Array([1, 2, 3]));
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(["blob", "kind", "size"]);
  });

  it("is invisible until its visibility timeout ends, and is then received again", async () => {
    const { sqs, url } = await ownQueue({ visibilityTimeoutSeconds: 1 });
    await send(sqs, url, "once");
    const [first] = await receive(sqs, url);
    expect(await receive(sqs, url)).toEqual([]);
    const [second] = await receive(sqs, url, {
      WaitTimeSeconds: 3,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  it("is deleted by its latest receipt handle only", async () => {
    const { sqs, url, queue } = await ownQueue();
    await send(sqs, url, "once");
    const [first] = await receive(sqs, url, { VisibilityTimeout: 0 });
    const [second] = await receive(sqs, url);
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }),
    );
    expect(queue.stats().inFlight).toBe(1);
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }),
    );
    expect(queue.stats()).toMatchObject({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("with a delay is not received earlier", async () => {
    const { sqs, url, queue } = await ownQueue();
    await send(sqs, url, "later", { DelaySeconds: 1 });
    expect(queue.stats()).toMatchObject({ visible: 0, delayed: 1 });
    expect(await receive(sqs, url)).toEqual([]);
    expect(await receive(sqs, url, { WaitTimeSeconds: 3 })).toHaveLength(1);
  });

  it("is not received after its retention period", async () => {
    let now = Date.now();
    const services = await startOwn({ now: () => now });
    const { arn } = services.sqs.createQueue({ name: "short", retentionSeconds: 60 });
    const queue = services.sqs.queue(arn);
    queue.send([{ body: "old", delaySeconds: 60 }]);
    now += 59_999; // the last moment at which its row stays: rows go once a minute
    expect(await queue.receive({ max: 10 })).toEqual([]);
    now += 2;
    expect(queue.stats().visible).toBe(1);
    expect(await queue.receive({ max: 10 })).toEqual([]);

    queue.send([{ body: "kept a minute", delaySeconds: 61 }]);
    now += 59_999;
    await queue.receive({ max: 10 });
    expect(queue.stats().delayed).toBe(1);
  });

  it("has at most one mebibyte, alone or as a batch", async () => {
    const { sqs, url } = await ownQueue();
    const most = "x".repeat(1_048_576);
    await send(sqs, url, most);
    expect((await refusalOf(send(sqs, url, `${most}x`))).message).toMatch(
      /shorter than 1048576 bytes/,
    );
    const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody: most.slice(0, 600_000) }));
    const batch = sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect((await refusalOf(batch)).name).toBe("BatchRequestTooLong");
  });

  it("with characters that XML cannot represent is refused", async () => {
    const { sqs, url } = await ownQueue();
    const refusal = await refusalOf(send(sqs, url, "nul \0 byte"));
    expect(refusal.name).toBe("InvalidMessageContents");
  });
});

describe("a long poll", () => {
  it("returns as soon as a message is sent", async () => {
    const { sqs, url } = await ownQueue();
    const started = performance.now();
    const waiting = receive(sqs, url, { WaitTimeSeconds: 10 });
    await sleep(200);
    await send(sqs, url, "now");
    expect(await waiting).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("receives no message after its caller has disconnected", async () => {
    const { sqs, url, queue } = await ownQueue();
    const hangUp = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 10 });
    const waiting = sqs.send(command, { abortSignal: hangUp.signal });
    await sleep(200);
    hangUp.abort();
    await refusalOf(waiting);
    await sleep(100);
    await send(sqs, url, "for another caller");
    expect(queue.stats()).toMatchObject({ visible: 1, inFlight: 0 });
  });
});

describe("redrive", () => {
  it("moves a message to the dead-letter queue after maxReceiveCount receives, with its id and time", async () => {
    const { services, sqs } = await ownQueue();
    const dead = services.sqs.createQueue({ name: "dead" });
    const redrive = { deadLetterQueueArn: dead.arn, maxReceiveCount: 2 };
    const { url, arn } = services.sqs.createQueue({ name: "tried", redrive });
    const { MessageId } = await send(sqs, url, "poison", { MessageGroupId: "t" });
    const names = { MessageSystemAttributeNames: ["All"], VisibilityTimeout: 0 };
    const [first] = await receive(sqs, url, names);
    await receive(sqs, url, names);
    const waiting = receive(sqs, dead.url, { ...names, WaitTimeSeconds: 5 });
    expect(await receive(sqs, url, names)).toEqual([]);

    const [moved] = await waiting;
    expect(moved?.MessageId).toBe(MessageId);
    expect(moved?.Attributes).toMatchObject({
      SentTimestamp: first?.Attributes?.SentTimestamp,
      DeadLetterQueueSourceArn: arn,
      MessageGroupId: "t",
    });
  });

  it("to an unknown queue is refused when the queue is created", async () => {
    const services = await startOwn();
    const redrive = { deadLetterQueueArn: "arn:aws:sqs:x:y:none", maxReceiveCount: 2 };
    expect(() => services.sqs.createQueue({ name: "tried", redrive })).toThrow(/does not exist/);
  });
});

test("changing the visibility of a message in flight makes it visible earlier", async () => {
  const { sqs, url } = await ownQueue();
  await send(sqs, url, "retry");
  const [message] = await receive(sqs, url);
  const change = (VisibilityTimeout: number) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  await change(0);
  expect((await refusalOf(change(10))).name).toBe("MessageNotInflight");
  expect(await receive(sqs, url)).toHaveLength(1);
  expect((await refusalOf(change(10))).message).toMatch(/Message does not exist/);
});

describe("fair queues", () => {
  it("serve a quiet group before the waiting messages of a noisy one", async () => {
    const { queue } = await ownQueue();
    queue.send(Array.from({ length: 200 }, (_, n) => ({ body: `noisy ${n}`, groupId: "noisy" })));
    for (let taken = 0; taken < 30; taken += 10) await queue.receive({ max: 10 });
    queue.send([{ body: "quiet", groupId: "quiet" }]);
    const [first, ...rest] = await queue.receive({ max: 10 });
    expect(first?.body).toBe("quiet");
    expect(rest).toHaveLength(9);
  });

  it("do not delay a group with fewer than 30 messages in flight", async () => {
    const { queue } = await ownQueue();
    queue.send(Array.from({ length: 40 }, (_, n) => ({ body: `${n}`, groupId: "busy" })));
    for (let taken = 0; taken < 20; taken += 10) await queue.receive({ max: 10 });
    queue.send([{ body: "last", groupId: "quiet" }]);
    const bodies = (await queue.receive({ max: 10 })).map(({ body }) => body);
    expect(bodies).not.toContain("last");
  });
});

describe("a batch", () => {
  it("processes valid entries and lists the failed ones", async () => {
    const { sqs, url } = await ownQueue();
    const Entries = [
      { Id: "good", MessageBody: "fine" },
      { Id: "bad", MessageBody: "fine", DelaySeconds: 901 },
    ];
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(sent.Failed).toMatchObject([{ Id: "bad", SenderFault: true }]);

    const [message] = await receive(sqs, url);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: "a", ReceiptHandle: message?.ReceiptHandle },
          { Id: "b", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: "a" }]);
    expect(deleted.Failed).toMatchObject([{ Id: "b", Code: "ReceiptHandleIsInvalid" }]);
  });

  it.each([
    ["no entries", [], "EmptyBatchRequest"],
    [
      "eleven entries",
      Array.from({ length: 11 }, (_, n) => `${n}`),
      "TooManyEntriesInBatchRequest",
    ],
    ["one id twice", ["a", "a"], "BatchEntryIdsNotDistinct"],
    ["an id of other characters", ["a b"], "InvalidBatchEntryId"],
  ])("with %s is refused", async (_, ids, name) => {
    const { sqs, url } = await ownQueue();
    const Entries = ids.map((Id) => ({ Id, MessageBody: "x" }));
    const batch = sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect((await refusalOf(batch)).name).toBe(name);
  });
});

test("attributes, URL and purge of a queue work as documented", async () => {
  const { sqs, url, arn, queue } = await ownQueue({ visibilityTimeoutSeconds: 180 });
  await send(sqs, url, "one");
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  expect((await sqs.send(command)).Attributes).toMatchObject({
    QueueArn: arn,
    VisibilityTimeout: "180",
    ApproximateNumberOfMessages: "1",
  });
  const found = await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
  expect(found.QueueUrl).toBe(url);
  await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  expect(queue.stats().visible).toBe(0);
});

describe("unsupported features of SQS are refused by name:", () => {
  test("an operation", async () => {
    const { sqs } = await ownQueue();
    const refusal = await refusalOf(sqs.send(new CreateQueueCommand({ QueueName: "new" })));
    expect(refusal.name).toBe("UnsupportedOperation");
    expect(refusal.message).toMatch(/CreateQueue/);
  });

  test("a parameter", async () => {
    const { sqs, url } = await ownQueue();
    const refusal = await refusalOf(send(sqs, url, "x", { MessageDeduplicationId: "1" }));
    expect(refusal.message).toMatch(/MessageDeduplicationId/);
  });

  test("an attribute of the queue", async () => {
    const { sqs, url } = await ownQueue();
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["Policy"] });
    const refusal = await refusalOf(sqs.send(command));
    expect([refusal.name, refusal.message]).toEqual([
      "InvalidAttributeName",
      expect.stringMatching(/Policy/),
    ]);
  });

  test("an unknown queue, and a queue of another endpoint", async () => {
    const { sqs, url } = await ownQueue();
    expect((await refusalOf(send(sqs, `${url}2`, "x"))).name).toBe("QueueDoesNotExist");
    const elsewhere = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs";
    const options = { useQueueUrlAsEndpoint: false };
    const direct = clientsOf({ sqs: new URL(url).origin } as never).sqs;
    Object.assign(direct.config, options);
    expect((await refusalOf(send(direct, elsewhere, "x"))).name).toBe("InvalidAddress");
  });
});

test("a reopened queue can release the messages of receivers that are gone", async () => {
  const { queue } = await ownQueue();
  queue.send([{ body: "held" }]);
  await queue.receive({ max: 1 });
  expect(queue.releaseInFlight()).toBe(1);
  expect(await queue.receive({ max: 1 })).toHaveLength(1);
});

test("an oversized body gets an error response", async () => {
  const { url } = await ownQueue();
  const answer = await fetch(url, { method: "POST", body: Buffer.alloc(17 * 1024 * 1024) });
  expect([answer.status, await answer.text()]).toEqual([
    413,
    expect.stringMatching(/RequestEntityTooLarge/),
  ]);
});
