import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendEmailCommand } from "@aws-sdk/client-sesv2";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import type { Endpoints } from "../../../packages/local/src/services/index.ts";
import { clientsOf, freshHome, refusalOf, startOwn } from "./support.ts";

/** The services in a separate process, which can be killed. */
async function spawnServices(home: string): Promise<{ child: ChildProcess; endpoints: Endpoints }> {
  const program = path.join(import.meta.dirname, "victim.ts");
  const child = spawn(process.execPath, [program, home], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, endpoints: JSON.parse(line) };
}

test("a kill -9 loses no acknowledged message, object or mail, and restores no deleted one", async () => {
  const home = freshHome();
  const { child, endpoints } = await spawnServices(home);
  const { sqs, s3, ses } = clientsOf(endpoints);
  const QueueUrl = `${endpoints.sqs}/000000000000/jobs`;
  const kept = { messages: new Set<string>(), keys: new Set<string>(), mails: 0 };
  const deleted = new Set<string>();

  // Four clients that the kill interrupts at any point.
  let alive = true;
  const until = async (work: (n: number) => Promise<void>) => {
    for (let n = 0; alive; n += 1) await work(n).catch(() => {});
  };
  const writers = [
    until(async (n) => {
      const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${n}` }));
      kept.messages.add(sent.MessageId ?? "");
    }),
    until(async (n) => {
      const Key = `key-${n % 7}-${n}`;
      await s3.send(
        new PutObjectCommand({ Bucket: "exports", Key, Body: Buffer.alloc(50_000, Key) }),
      );
      kept.keys.add(Key);
    }),
    until(async (n) => {
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: "hello@bulkhead.example",
          Destination: { ToAddresses: ["ada@example.test"] },
          Content: { Simple: { Subject: { Data: `${n}` }, Body: { Text: { Data: "x" } } } },
        }),
      );
      kept.mails += 1;
    }),
    until(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { MessageId = "", ReceiptHandle } of Messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        deleted.add(MessageId);
      }
    }),
  ];
  const fewest = () => Math.min(kept.messages.size, kept.keys.size, kept.mails, deleted.size);
  await expect.poll(fewest, { timeout: 20_000 }).toBeGreaterThan(5);
  child.kill("SIGKILL");
  await once(child, "exit");
  alive = false;
  await Promise.all(writers);

  const services = await startOwn({ home });
  services.sqs.createQueue({ name: "jobs" });
  services.s3.createBucket({ name: "exports" });
  const queue = services.sqs.queue("jobs");
  const found = new Set(queue.list(100_000).map(({ messageId }) => messageId));
  expect([...kept.messages].filter((id) => !deleted.has(id) && !found.has(id))).toEqual([]);
  expect([...deleted].filter((id) => found.has(id))).toEqual([]);
  const bucket = services.s3.bucket("exports");
  for (const key of kept.keys) {
    const object = bucket.get(key);
    expect(object?.object.size).toBe(50_000);
    const chunks: Buffer[] = [];
    for await (const chunk of object?.read() ?? []) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(Buffer.alloc(50_000, key))).toBe(true);
  }
  expect(services.ses.listMail().length).toBeGreaterThanOrEqual(kept.mails);
  // Interrupted uploads are removed: one file for each object, and no temporary file.
  const { objects } = bucket.list({ limit: 100_000 });
  expect(readdirSync(path.join(home, "objects"))).toHaveLength(objects.length);
});

test("a start after a kill uses the same ports", async () => {
  const home = freshHome();
  const { child, endpoints } = await spawnServices(home);
  child.kill("SIGKILL");
  await once(child, "exit");
  const services = await startOwn({ home });
  expect(services.endpoints).toEqual(endpoints);
});

test("a second cloud is refused in the same folder and runs in another", async () => {
  const home = freshHome();
  const first = await startOwn({ home });
  expect((await refusalOf(startOwn({ home }))).message).toMatch(/in use by another local cloud/);
  const second = await startOwn({
    preferredPorts: { sqs: Number(new URL(first.endpoints.sqs).port) },
  });
  expect(second.endpoints.sqs).not.toBe(first.endpoints.sqs);
});

test("only its owner can read the state", async () => {
  const home = freshHome();
  const services = await startOwn({ home });
  services.s3.createBucket({ name: "exports" });
  async function* body() {
    yield Buffer.from("private");
  }
  await services.s3.bucket("exports").put("key", body());
  services.secrets.create({ name: "secret" });
  const modeOf = (...names: string[]) => statSync(path.join(home, ...names)).mode & 0o777;
  expect(modeOf("local.sqlite")).toBe(0o600);
  expect(modeOf("local.sqlite-wal")).toBe(0o600);
  expect(modeOf("objects")).toBe(0o700);
  const [file = ""] = readdirSync(path.join(home, "objects"));
  expect(modeOf("objects", file)).toBe(0o600);
});

test("an error names a folder that cannot be written", async () => {
  const home = path.join(freshHome(), "file", "folder");
  const refusal = await refusalOf(startOwn({ home: `${home}\0` }));
  expect(refusal.message).toMatch(/can't write its state in/);
});
