import { sweepJobs } from "@bulkhead/core/job";
import { logger } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { createSweeper } from "../../functions/sweeper/sweeper.ts";
import { context, fakeQueue, sqsEvent } from "../jobs/outside.ts";
import { DEDICATED } from "../support/dedicated.ts";

logger.setLogLevel("SILENT");

import { first, scene } from "./worker.ts";

describe("the sweeper", () => {
  it("sweeps each database, and arms the next sweep of each", async () => {
    const { enqueue, sweeper, pair } = await scene();
    const eve = await pair.newPerson("eve");
    const lost = [first(await enqueue()), first(await enqueue(eve))];
    for (const { sql } of [pair.home, pair.dedicated]) {
      await sql("update app.jobs set sent_at = now() - interval '1 hour'");
    }
    const queue = fakeQueue();
    await createSweeper({ databases: sweeper, queue })(sqsEvent(["{}"]), context());
    expect(new Set(queue.sent)).toEqual(new Set(lost));
    expect(queue.sweeps).toHaveLength(2);
  });

  it("sweeps the others when one can't be reached, and comes again for it", async () => {
    const { enqueue, pair } = await scene();
    const eve = await pair.newPerson("eve");
    await enqueue(eve);
    await pair.home.sql("update app.jobs set sent_at = now() - interval '1 hour'");
    const queue = fakeQueue();
    const dead = pair.dedicated.as("sweeper", { port: 1 });
    const databases = { [DEDICATED]: dead, home: pair.home.as("sweeper") };
    const sweeping = createSweeper({ databases, queue })(sqsEvent(["{}"]), context());
    await expect(sweeping).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(queue.sent).toHaveLength(1);
  });

  it("touches nothing that home does not answer for", async () => {
    const { enqueue, sweeper, pair } = await scene();
    await enqueue();
    await pair.dedicated.sql("update app.jobs set sent_at = now() - interval '1 hour'");
    const home = pair.home.as("sweeper", { port: 1 });
    await expect(sweepJobs({ ...sweeper, home }, "s", 500, DEDICATED)).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
    const [job] = await pair.dedicated.sql(
      "select sent_at < now() - interval '30 minutes' as old from app.jobs",
    );
    expect(job).toEqual({ old: true });
  });
});
