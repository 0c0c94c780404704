import { randomUUID } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createQueue, UnsentJobs } from "@bulkhead/aws/queue";
import type { Token } from "@bulkhead/db";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const urls = { jobs: "http://127.0.0.1/jobs", sweeps: "http://127.0.0.1/sweeps" };
const token = (): Token => ({ tenant: randomUUID(), job: randomUUID(), epoch: 1 });

type Request = { input: Record<string, unknown> & { Entries?: { Id: string }[] } };

/** SQS as far as a client sees it: keeps what was sent, answers as told. */
function sqs(answer: (request: Request) => object = () => ({})) {
  const sent: Request["input"][] = [];
  const send = async (request: Request) => {
    sent.push(request.input);
    return answer(request);
  };
  return { sent, queue: createQueue(urls, async () => ({ send }) as unknown as SQSClient) };
}

describe("job tokens", () => {
  it("travel in tens, each in its tenant's group", async () => {
    const { sent, queue } = sqs();
    const tokens = Array.from({ length: 23 }, token);
    await queue.send(tokens);

    expect(sent.map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3]);
    expect(sent[0]?.Entries?.[0]).toEqual({
      Id: "0",
      MessageBody: JSON.stringify(tokens[0]),
      MessageGroupId: tokens[0]?.tenant,
    });
  });

  it("that SQS did not take are named, the others are sent", async () => {
    const tokens = Array.from({ length: 12 }, token);
    const { queue } = sqs(({ input }) => {
      if (input.Entries?.length === 2) throw new Error("reset");
      return { Failed: [{ Id: "3", Code: "InternalError", SenderFault: false }] };
    });

    const failure = await queue.send(tokens).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnsentJobs);
    expect((failure as UnsentJobs).unsent).toEqual([tokens[3], tokens[10], tokens[11]]);
  });

  it("cost nothing when there are none", async () => {
    const { sent, queue } = sqs();
    await queue.send([]);
    expect(sent).toEqual([]);
  });
});

describe("a sweep", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is armed once in five minutes, however many ask", async () => {
    const { sent, queue } = sqs();
    await Promise.all([queue.armSweep(600), queue.armSweep(600)]);
    vi.advanceTimersByTime(299_999);
    await queue.armSweep(600);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ QueueUrl: urls.sweeps, DelaySeconds: 600 });

    vi.advanceTimersByTime(1);
    await queue.armSweep(600);
    expect(sent).toHaveLength(2);
  });

  it("that has run already protects nothing: the next write arms another", async () => {
    const { sent, queue } = sqs();
    await queue.armSweep(60);
    vi.advanceTimersByTime(60_000);
    await queue.armSweep(60);
    expect(sent).toHaveLength(2);
  });

  it("that could not be armed is armed by the next who asks", async () => {
    let up = false;
    const { queue } = sqs(() => {
      if (!up) throw new Error("away");
      return {};
    });
    await expect(queue.armSweep(600)).rejects.toThrow("away");
    up = true;
    await expect(queue.armSweep(600)).resolves.toBeUndefined();
  });
});
