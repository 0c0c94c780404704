import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { perform } from "@bulkhead/core/job";
import type { Databases, Token } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { createApp } from "../../functions/api/app.ts";
import { tasks } from "../../functions/worker/tasks.ts";
import { fakeObjects } from "../jobs/outside.ts";

const PUBLIC_URL = "https://app.example.test";
const ORIGIN_SECRET = "the-front-door";

// Dozens of requests are refused here.
logger.setLogLevel("SILENT");

/** The answers that one client was given about one project: the database must agree in the end. */
export type ProjectHistory = {
  id: string;
  name: string;
  description: string;
  patches: number;
  deleted: boolean;
  jobs: string[];
};

export type Report = {
  histories: ProjectHistory[];
  requests: number;
  /** 503 with Retry-After. */
  retried: number;
  /** Every other failure. */
  faults: string[];
  /** From the first try of a change to its success. */
  slowestChangeMs: number;
  /** The jobs whose handler ended, once for each time. */
  finishedJobs: string[];
};

/**
 * Clients of the real API that read and write one tenant, `requestsPerSecond` together, each with projects of
 * its own, and a worker for their jobs. A refused request is retried with the same key until it succeeds.
 */
export function startTraffic(
  databases: Databases,
  worker: Databases,
  token: string,
  requestsPerSecond = 20,
) {
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
    histories: [],
    requests: 0,
    retried: 0,
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

  /** Spaces the requests of all clients evenly. */
  const turn = async () => {
    due = Math.max(due + 1000 / requestsPerSecond, performance.now() - 200);
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
        report.retried += 1;
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

  const useProject = async () => {
    const name = `client ${randomUUID()}`;
    const made = await ask("POST", "/v1/projects", { name });
    const project: ProjectHistory = {
      id: made.body.id,
      name,
      description: "",
      patches: 0,
      deleted: false,
      jobs: [],
    };
    report.histories.push(project);
    for (let patch = 1; patch <= 2; patch++) {
      const description = `${name}, for the ${patch}. time`;
      await ask("PATCH", `/v1/projects/${project.id}`, { description });
      project.description = description;
      project.patches = patch;
      const { body } = await ask("GET", `/v1/projects/${project.id}`);
      if (body.description !== description) report.faults.push(`${name} was read as it was before`);
    }
    const started = await ask("POST", `/v1/projects/${project.id}/exports`);
    project.jobs.push(started.body.id);
    await ask("GET", "/v1/projects?limit=10");
    if (report.histories.length % 2 === 0) {
      await ask("DELETE", `/v1/projects/${project.id}`);
      project.deleted = true;
    }
  };

  const work = async () => {
    const deps = { databases: worker, objects: fakeObjects(), tasks };
    for (let idleRounds = 200; idleRounds > 0; ) {
      const next = queue.shift();
      if (!next) {
        if (!open) idleRounds -= 1;
        await sleep(20);
        continue;
      }
      // SQS may deliver twice.
      for (const time of [1, 2]) {
        const outcome = await perform(deps, { ...next, tries: time, requestId: "worker" });
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
    while (open) await useProject();
  });
  const workers = [work(), work()];
  return {
    report,
    /** Waits until every client has ended its current project, and every job has ended. */
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

/** The differences between a database and the answers that the clients were given. */
export async function broken(sql: Sql, tenant: string, { histories, finishedJobs }: Report) {
  const faults: string[] = [];
  const projects = await sql(
    "select id, name, description from app.projects where tenant_id = $1 and name like 'client %'",
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

  for (const project of histories) {
    const rows = projects.filter(({ id, name }) => id === project.id || name === project.name);
    const expected = project.deleted ? [] : [{ description: project.description }];
    if (
      JSON.stringify(rows.map(({ description }) => ({ description }))) !== JSON.stringify(expected)
    ) {
      faults.push(
        `${project.name} should be ${JSON.stringify(expected)} and is ${JSON.stringify(rows)}`,
      );
    }
    const changes = [
      times(project.id, "insert"),
      times(project.id, "update"),
      times(project.id, "delete"),
    ];
    const told = [1, project.patches, project.deleted ? 1 : 0];
    if (changes.join() !== told.join())
      faults.push(`${project.name}: ${told} changes, audited ${changes}`);
    for (const id of project.jobs) {
      const [job, ...more] = jobs.filter((found) => found.id === id);
      if (!job || more.length > 0)
        faults.push(`the job ${id} is there ${more.length + (job ? 1 : 0)} times`);
      if (job && !["succeeded", "failed"].includes(String(job.state)))
        faults.push(`the job ${id} is ${job.state}`);
      const ends = finishedJobs.filter((finished) => finished === id).length;
      if (ends !== 1) faults.push(`the job ${id} was ended ${ends} times`);
    }
  }
  const unknown = projects.filter(({ id }) => !histories.some((project) => project.id === id));
  faults.push(...unknown.map(({ name }) => `no client was told of ${name}`));
  return faults;
}
