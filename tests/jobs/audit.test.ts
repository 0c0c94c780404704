import { expect, it } from "vitest";
import { createDeadLetters } from "../../functions/dead-letters/dead-letters.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { jobHouse, startOne } from "./support.ts";
import { failing } from "./tasks.ts";

it("a job's trail names who asked for it, each attempt that failed, and how it ended", async () => {
  const house = await jobHouse([failing]);
  const tenant = await house.newTenant(1);
  const token = await startOne(house, tenant, failing, {});
  await house.deliver(token);
  await house.age(6);
  await house.sweep();
  const { home } = house.deadLetters;
  const notifier = { gaveUp: () => {}, unreadable: () => {} };
  const consume = createDeadLetters({ databases: { home }, queue: fakeQueue(), notifier });
  await consume(sqsEvent([token]), context());

  const events = await house.sql(
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
