import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { perform, tasks } from "@bulkhead/core/job";
import type { Databases, Token } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { createApp } from "../../functions/api/app.ts";
import { fakeObjects } from "../jobs/outside.ts";

const PUBLIC_URL = "https://app.example.test";
const ORIGIN_SECRET = "the-front-door";

// Clients are refused by the dozen here.
logger.setLogLevel("SILENT");

/** What one client has been told of one project of its own: exactly this must be true in the end. */
export type Life = {
  id: string;
  name: string;
  description: string;
  patches: number;
  deleted: boolean;
  jobs: string[];
};

export type Report = {
  lives: Life[];
  requests: number;
  /** Answers that said: not now, ask again. */
  refusedForNow: number;
  /** Everything else that was no success. */
  faults: string[];
  /** From the first try of a change to its success. */
  slowestChangeMs: number;
  /** How often a job's handler was let run to its end. */
  finishedJobs: string[];
};

/**
 * Clients of the real API that read and write one tenant at a pace, each with projects of its own, and a
 * worker for the jobs they leave. Whoever is told to come again does so with the same key, until it is done.
 */
export function startTraffic(databases: Databases, worker: Databases, token: string, pace = 20) {
  const queue: Token[] = [];
  const app = createApp({
    databases,
    queue: {
      async send(tokens) {
        queue.push(...tokens);
      },
      async armSweep() {},
    },
    objects: { link: async () => ({ url: "https://s3.example.test", expiresAt: new Date() }) },
    originSecret: async () => ORIGIN_SECRET,
    publicUrl: PUBLIC_URL,
  });
  const report: Report = {
    lives: [],
    requests: 0,
    refusedForNow: 0,
    faults: [],
    slowestChangeMs: 0,
    finishedJobs: [],
  };
  const headers = {
    "x-origin-secret": ORIGIN_SECRET,
    "sec-fetch-site": "same-origin",
    cookie: `__Secure-bulkhead.session_token=${token}.c2lnbmF0dXJl`,
  };
  let open = true;
  let due = performance.now();

  /** Each request has its moment, whoever makes it. */
  const turn = async () => {
    due = Math.max(due + 1000 / pace, performance.now() - 200);
    await sleep(Math.max(0, due - performance.now()));
  };

  const ask = async (method: string, path: string, body?: unknown) => {
    const key = randomUUID();
    const began = performance.now();
    for (;;) {
      await turn();
      report.requests += 1;
      const response = await app.request(path, {
        method,
        headers: {
          ...headers,
          ...(method !== "GET" && { "idempotency-key": key }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status === 503 && response.headers.get("retry-after")) {
        report.refusedForNow += 1;
        await sleep(100);
        continue;
      }
      if (!response.ok) report.faults.push(`${method} ${path}: ${response.status} ${text}`);
      if (method !== "GET") {
        report.slowestChangeMs = Math.max(report.slowestChangeMs, performance.now() - began);
      }
      return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
    }
  };

  const live = async () => {
    const name = `life ${randomUUID()}`;
    const made = await ask("POST", "/v1/projects", { name });
    const life: Life = {
      id: made.body.id,
      name,
      description: "",
      patches: 0,
      deleted: false,
      jobs: [],
    };
    report.lives.push(life);
    for (let patch = 1; patch <= 2; patch++) {
      const description = `${name}, for the ${patch}. time`;
      await ask("PATCH", `/v1/projects/${life.id}`, { description });
      life.description = description;
      life.patches = patch;
      const { body } = await ask("GET", `/v1/projects/${life.id}`);
      if (body.description !== description) report.faults.push(`${name} was read as it was before`);
    }
    const started = await ask("POST", `/v1/projects/${life.id}/exports`);
    life.jobs.push(started.body.id);
    await ask("GET", "/v1/projects?limit=10");
    if (report.lives.length % 2 === 0) {
      await ask("DELETE", `/v1/projects/${life.id}`);
      life.deleted = true;
    }
  };

  const work = async () => {
    const workplace = { databases: worker, objects: fakeObjects(), tasks };
    for (let patience = 200; patience > 0; ) {
      const next = queue.shift();
      if (!next) {
        if (!open) patience -= 1;
        await sleep(20);
        continue;
      }
      // As SQS does it now and then: twice.
      for (const time of [1, 2]) {
        const outcome = await perform(workplace, { ...next, tries: time, requestId: "worker" });
        if (outcome.kind === "done" || outcome.kind === "failed")
          report.finishedJobs.push(next.job);
        if ("tokens" in outcome) queue.push(...outcome.tokens);
        if (outcome.kind === "leased" || outcome.kind === "retry") {
          queue.push(next);
          await sleep(50);
          break;
        }
      }
    }
  };

  const clients = Array.from({ length: 6 }, async () => {
    while (open) await live();
  });
  const workers = [work(), work()];
  return {
    report,
    /** Every client ends what it has begun, and every job is done. */
    async stop(): Promise<Report> {
      await Promise.all(clients);
      await Promise.all(workers);
      return report;
    },
    close() {
      open = false;
    },
  };
}

type Sql = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** What a database holds that the clients were not told, or lacks of what they were told. */
export async function broken(sql: Sql, tenant: string, { lives, finishedJobs }: Report) {
  const faults: string[] = [];
  const projects = await sql(
    "select id, name, description from app.projects where tenant_id = $1 and name like 'life %'",
    [tenant],
  );
  const events = await sql(
    `select target_id as id, operation, count(*)::int as times from audit.events
      where tenant_id = $1 and target_type = 'projects' and request_id <> 'seed' group by 1, 2`,
    [tenant],
  );
  const jobs = await sql(
    "select id, state, attempt from app.jobs where tenant_id = $1 and created_by <> 'seed'",
    [tenant],
  );
  const times = (id: string, operation: string) =>
    events.find((event) => event.id === id && event.operation === operation)?.times ?? 0;

  for (const life of lives) {
    const rows = projects.filter(({ id, name }) => id === life.id || name === life.name);
    const expected = life.deleted ? [] : [{ description: life.description }];
    if (
      JSON.stringify(rows.map(({ description }) => ({ description }))) !== JSON.stringify(expected)
    ) {
      faults.push(
        `${life.name} should be ${JSON.stringify(expected)} and is ${JSON.stringify(rows)}`,
      );
    }
    const changes = [times(life.id, "insert"), times(life.id, "update"), times(life.id, "delete")];
    const told = [1, life.patches, life.deleted ? 1 : 0];
    if (changes.join() !== told.join())
      faults.push(`${life.name}: ${told} changes, audited ${changes}`);
    for (const id of life.jobs) {
      const [job, ...more] = jobs.filter((found) => found.id === id);
      if (!job || more.length > 0)
        faults.push(`the job ${id} is there ${more.length + (job ? 1 : 0)} times`);
      if (job && !["succeeded", "failed"].includes(String(job.state)))
        faults.push(`the job ${id} is ${job.state}`);
      const ends = finishedJobs.filter((finished) => finished === id).length;
      if (ends !== 1) faults.push(`the job ${id} was ended ${ends} times`);
    }
  }
  const unknown = projects.filter(({ id }) => !lives.some((life) => life.id === id));
  faults.push(...unknown.map(({ name }) => `nobody was told of ${name}`));
  return faults;
}
