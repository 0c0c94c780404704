import { admitAfter, giveUpJob, sweepJobs } from "@bulkhead/core/job";
import { logger } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { requeueJob } from "../../packages/core/src/job/requeue.ts";
import type { Person } from "../support/database.ts";
import { DEDICATED, type Pair } from "../support/dedicated.ts";
import { redefine } from "../support/mutation.ts";

logger.setLogLevel("SILENT");

import { first, scene, suspend } from "./worker.ts";

describe("what a move leaves behind", () => {
  /** A tenant whose job was on the queue at home when it moved away, and is still a row there. */
  async function left() {
    const it = await scene();
    const eve = await it.pair.newPerson("eve");
    const tokens = [await it.enqueue(eve), await it.enqueue(eve)].flat();
    await it.enqueue(eve);
    await it.pair.home.sql("update app.jobs set sent_at = now() - interval '1 hour'");
    await it.pair.placeTenant(eve.tenantId);
    const rows = () => it.pair.home.sql("select * from app.jobs order by id");
    return { ...it, eve, token: first(tokens), rows };
  }

  it("stays unchanged: no sweep, worker or dead letter touches it, and no token of it is sent", async () => {
    const { pair, sweeper, worker, deadLetters, deliver, token, rows } = await left();
    const before = await rows();
    expect(await sweepJobs(sweeper, "s", 500)).toEqual([]);
    expect(await deliver(token)).toEqual({ kind: "gone" });
    expect(await giveUpJob(deadLetters, { ...token, requestId: "d" })).toEqual({ kind: "gone" });
    expect(await admitAfter(worker, token)).toEqual([]);
    await suspend(pair);
    expect(await requeueJob(worker, { ...token, requestId: "p" })).toBe(false);
    expect(await rows()).toEqual(before);
  });

  it("is given no slot by any role, and neither is a job that waits while its tenant is being moved", async () => {
    const { pair, ada, eve, enqueue, sweeper } = await left();
    await enqueue();
    await pair.dedicated.sql("update app.jobs set slot = null");
    await pair.home.sql("update app.jobs set slot = null");
    const slotOf = async ({ sql }: Pair["home"], person: Person) =>
      (
        await sql(
          "select app.free_slot($1) as free, (select count(*)::int from app.hand_over($1, 1::smallint)) as handed",
          [person.tenantId],
        )
      )[0];
    expect(await slotOf(pair.home, eve)).toEqual({ free: null, handed: 0 });

    const pause = (until: string, who = "true") =>
      pair.dedicated.sql(`update auth.tenants set writes_paused_until = ${until} where ${who}`);
    const SOON = "now() + interval '9 seconds'";
    await pause(SOON);
    expect(await slotOf(pair.dedicated, ada)).toEqual({ free: null, handed: 0 });
    // Nor does it take another tenant's turn: a sweep of one job skips those that may not have a slot.
    const bob = await pair.newResident("bob");
    await enqueue(bob);
    for (const [awake, resting] of [
      [bob, ada],
      [ada, bob],
    ] as const) {
      await pair.dedicated.sql("update app.jobs set slot = null");
      await pause("null", `id = '${awake.tenantId}'`);
      await pause(SOON, `id = '${resting.tenantId}'`);
      const tokens = await sweepJobs(sweeper, "s", 1, DEDICATED);
      expect(tokens).toMatchObject([{ tenant: awake.tenantId }]);
    }
    await pair.dedicated.sql("update app.jobs set slot = null");
    await pause("null");
    expect(await slotOf(pair.dedicated, ada)).toEqual({ free: 1, handed: 1 });
  });

  it("would be moved if it did not matter where the tenant lives", async () => {
    const { pair, sweeper, token } = await left();
    await redefine(pair.home, "app.sweep", (it) =>
      it.replaceAll("join app.signing_keys k on k.database = t.placement", ""),
    );
    expect(await sweepJobs(sweeper, "s", 500)).toContainEqual(token);
  });
});
