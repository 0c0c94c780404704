import { expect, it } from "vitest";
import { createDeadLetters } from "../../functions/dead-letters/dead-letters.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { jobScene, startOne } from "./support.ts";
import { failing } from "./tasks.ts";

it("a job's trail names who asked for it, each attempt that failed, and how it ended", async () => {
  const scene = await jobScene([failing]);
  const tenant = await scene.newTenant(1);
  const token = await startOne(scene, tenant, failing, {});
  await scene.deliver(token);
  await scene.age(6);
  await scene.sweep();
  const { home } = scene.deadLetters;
  const notifier = { gaveUp: () => {}, unreadable: () => {} };
  const consume = createDeadLetters({ databases: { home }, queue: fakeQueue(), notifier });
  await consume(sqsEvent([token]), context());

  const events = await scene.sql(
    `select actor, action, operation, before ->> 'state' as from, after ->> 'state' as to, request_id
       from audit.events where target_type = 'jobs' and target_id = $1 and tenant_id = $2 order by occurred_at`,
    [token.job, tenant.tenantId],
  );
  const user = `user:${tenant.userId}`;
  const job = `job:${token.job}`;
  expect(events.map((event) => Object.values(event))).toEqual([
    [user, "test.enqueue", "insert", null, "queued", "r"],
    [job, "test.failing", "update", "running", "queued", "w"],
    ["system:dead-letters", "job.give_up", "update", "queued", "failed", "invocation"],
  ]);
});
