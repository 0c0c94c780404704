import { randomUUID } from "node:crypto";
import { enqueue, mutate } from "@bulkhead/db";
import { callerOf, createProject } from "../../support/caller.ts";
import { sha256 } from "../../support/database.ts";
import { hole, lastValue, type Site } from "../../support/hole.ts";
import { lockByNumber } from "./slots.ts";

const SLOTS = "from generate_series(1, 1000) as s (slot)";

/** Takes every lock that a key can be computed for, and keeps them past the end of the request. */
async function holdSlots({ api, database, mallory, victim, request }: Site) {
  const own = database.as("api", { max: 1 });
  const key = `hashtextextended('${victim.tenantId}', s.slot)`;
  await request(mallory, `select count(pg_advisory_lock(${key})) ${SLOTS}`);
  const job = randomUUID();
  const { tokens } = await mutate(callerOf(own, victim), {
    key: job,
    hash: sha256(job),
    change: createProject({ name: "exported" }),
    jobs: [enqueue(job, "project.export", {}, null, null)],
  });
  await api.run([{ text: "select pg_advisory_unlock_all()" }]);
  return tokens.length === 0 ? "the victim's job got no slot" : undefined;
}

hole("no tenant's slots are held by another", {
  attack: holdSlots,
  broken: { "a slot is locked by a number that its tenant's id tells": lockByNumber },
});

/** Sees which tenant takes a slot, while it does. */
async function watchSlots({ database, mallory, victim, request }: Site) {
  const own = database.as("api", { max: 1 });
  const { exchange, giveBack } = await own.borrow();
  const { credential } = victim as { credential: { proof: Buffer } };
  const proof = credential.proof.toString("hex");
  await exchange([{ text: "begin" }]);
  await exchange([
    { text: `select app.open_session('\\x${proof}', 'project:write', 'a', 'r')` },
    { text: `select app.enqueue('${randomUUID()}', 'project.export', '{}')` },
  ]);
  const seen = await request(
    mallory,
    `select s.slot ${SLOTS}, pg_locks l
      where l.locktype = 'advisory' and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended('${victim.tenantId}', s.slot)`,
  );
  await exchange([{ text: "rollback" }]);
  giveBack(true);
  return lastValue(seen);
}

hole("pg_locks does not tell which tenant takes a slot", {
  attack: watchSlots,
  broken: { "a slot is locked by a number that its tenant's id tells": lockByNumber },
});
