import { randomUUID } from "node:crypto";
import { enqueueJob, type Task, type Tasks } from "@bulkhead/core/job";
import { type Token, tokensOf, transact } from "@bulkhead/db";
import { createDeadLetters } from "../../../functions/dead-letters/dead-letters.ts";
import { createWorker } from "../../../functions/worker/worker.ts";
import { context, fakeObjects, fakeQueue, sqsEvent } from "../../jobs/outside.ts";
import { absent, type Fields, inputsOf } from "./inputs.ts";
import { operationsOf } from "./operations.ts";
import { choices, furnish, newestOf, newParty, type Party } from "./party.ts";
import { watch } from "./rows.ts";
import { put } from "./specimen.ts";
import type { TestApi } from "./test-api.ts";

export type JobReport = { attacks: number; violations: string[] };

type Floor = ReturnType<typeof floorOf>;

/** The functions that are handed tokens, over a layout, and what leaves them. */
function floorOf({ layout }: TestApi, tasks: Tasks) {
  const objects = fakeObjects();
  const hidden: number[] = [];
  const rung: string[] = [];
  const worker = createWorker({
    databases: layout.databases("worker"),
    objects,
    tasks,
    queue: fakeQueue(),
    hide: async (_, seconds) => {
      hidden.push(seconds);
    },
  });
  const deadLetters = createDeadLetters({
    databases: layout.databases("dead_letters"),
    queue: fakeQueue(),
    notifier: { gaveUp: () => rung.push("gave up"), unreadable: () => rung.push("unreadable") },
  });
  const api = layout.databases("api");

  return {
    objects,
    /** Everything that can be seen of what became of a token. */
    deliver: {
      async worker(token: Token): Promise<string> {
        const { batchItemFailures } = await worker(sqsEvent([token]), context());
        return JSON.stringify([batchItemFailures.length, hidden.splice(0)]);
      },
      async "dead letters"(token: Token): Promise<string> {
        const { batchItemFailures } = await deadLetters(sqsEvent([token]), context());
        return JSON.stringify([batchItemFailures.length, rung.splice(0)]);
      },
    },
    /** Leaves a job of its tenant, and returns its token. */
    async enqueue({ person }: Party, task: Task, input: Fields): Promise<Token> {
      const purpose = { permission: "project:write", action: "job.attack", requestId: "matrix" };
      const caller = { databases: api, credential: person.credential, purpose };
      const { opened, results } = await transact(
        caller,
        enqueueJob(task, input, { id: randomUUID() }),
      );
      const [token] = tokensOf(opened.tenantId, results[0]);
      if (!token) throw new Error("No slot was free.");
      return token;
    },
    /** What its tenant reads of a job, without what any two differ in. */
    async fate({ tenant, job }: Token): Promise<string> {
      for (const { sql } of layout.all) {
        const [row] = await sql(
          "select state, error, attempt, result - 'key' as result from app.jobs where tenant_id = $1 and id = $2",
          [tenant, job],
        );
        if (row) return JSON.stringify(row);
      }
      return "none";
    },
  };
}

/**
 * Attacks every task of a table with what of a victim's fits into its input, and both functions that are
 * handed tokens with tokens whose parts belong to different tenants.
 *
 * @throws Ungeneratable when a task can't be attacked, and says what to add
 */
export async function attackJobs(api: TestApi, tasks: Tasks): Promise<JobReport> {
  const operations = operationsOf(api.routes);
  const [victim, attacker, other] = [
    await newParty(api, operations, "victim"),
    await newParty(api, operations, "attacker"),
    await newParty(api, operations, "suspended"),
  ];
  for (const party of [victim, attacker]) await furnish(api, operations, party);
  await api.layout.home.sql("update auth.tenants set job_limit = 1000");

  const report: JobReport = { attacks: 0, violations: [] };
  const floor = floorOf(api, tasks);
  for (const task of tasks.values()) {
    await attackInput({ api, floor, report }, task, victim, attacker);
  }
  const [task] = tasks.values();
  if (task)
    await attackTokens({ api, floor, report }, task, { victim, attacker, suspended: other });
  return report;
}

type Field = { api: TestApi; floor: Floor; report: JobReport };

/** The attacker's own job, whose input names something of the victim's, or of no tenant's. */
async function attackInput(
  { api, floor, report }: Field,
  task: Task,
  victim: Party,
  attacker: Party,
) {
  const name = `The job ${task.name}`;
  const inputs = inputsOf(name, task.input);
  const run = async (input: Fields) => {
    const token = await floor.enqueue(attacker, task, input);
    return { token, told: await floor.deliver.worker(token), fate: await floor.fate(token) };
  };

  let opened: string[] | undefined;
  for (const things of choices(newestOf(attacker), inputs.needed.length)) {
    const { fate } = await run(inputs.input(things.map(({ id }) => id)));
    if (!fate.includes('"succeeded"')) continue;
    opened = things.map(({ by }) => by);
    break;
  }
  if (!opened) {
    report.violations.push(
      `${name} never succeeds for the tenant itself, so that no attack on it would prove anything. Add a POST route that makes what its input names, or examples for its fields: .meta({ examples: ["…"] }).`,
    );
  }
  const own = (opened ?? []).map(
    (by) => attacker.made.findLast((made) => made.by === by)?.id ?? "",
  );

  const others = await watch(api.layout, [attacker.person.tenantId]);
  for (const place of inputs.places.filter(({ kind }) => kind === "id")) {
    for (const { id } of newestOf(victim)) {
      const having = (value: string) => put(inputs.input(own, place), place.path, value) as Fields;
      const before = floor.objects.files.size;
      const [foreign, missing] = [await run(having(id)), await run(having(absent("id", id)))];
      report.attacks++;
      const where = `${name} with the victim's "${place.path.join(".")}"`;
      if (foreign.told !== missing.told || foreign.fate !== missing.fate) {
        report.violations.push(
          `${where} ended as ${foreign.fate}, with an absent one as ${missing.fate}.`,
        );
      }
      if (floor.objects.files.size > before) report.violations.push(`${where} wrote a file.`);
      const changed = await others.changed();
      if (changed.length > 0)
        report.violations.push(`${where} changed rows of others: ${changed.join(", ")}.`);
    }
  }
}

type Parties = Record<"victim" | "attacker" | "suspended", Party>;

/** Tokens of which no two parts agree, each against one that names no tenant instead. */
async function attackTokens({ api, floor, report }: Field, task: Task, parties: Parties) {
  const own: Record<string, Token> = {};
  for (const [who, party] of Object.entries(parties)) {
    const inputs = inputsOf(task.name, task.input);
    own[who] = await floor.enqueue(party, task, inputs.input([]));
  }
  await api.layout.home.sql("update auth.tenants set status = 'suspended' where id = $1", [
    parties.suspended.person.tenantId,
  ]);
  const others = await watch(api.layout, []);

  const people = [...Object.keys(parties), "none"];
  for (const [whose, of] of people.flatMap((a) => people.map((b) => [a, b] as const))) {
    for (const epoch of [1, 2, 2_147_483_647]) {
      // The holder of a token as it was sent may use it: that is what it is for.
      if (whose === of && epoch === 1) continue;
      if (![whose, of].some((who) => who === "victim" || who === "suspended")) continue;
      const absentFor = (who: string) => (who === "attacker" ? who : "none");
      const tokenOf = (tenant: string, job: string): Token => ({
        tenant: own[tenant]?.tenant ?? randomUUID(),
        job: own[job]?.job ?? randomUUID(),
        epoch,
      });
      for (const [name, deliver] of Object.entries(floor.deliver)) {
        const foreign = await deliver(tokenOf(whose, of));
        const missing = await deliver(tokenOf(absentFor(whose), absentFor(of)));
        report.attacks++;
        const where = `A token to the ${name} with the tenant of ${whose}, the job of ${of}, epoch ${epoch}`;
        if (foreign !== missing)
          report.violations.push(`${where} ended as ${foreign}, an absent one as ${missing}.`);
        const changed = await others.changed();
        if (changed.length > 0) report.violations.push(`${where} changed ${changed.join(", ")}.`);
      }
    }
  }
}
