import { randomUUID } from "node:crypto";
import type { Connections } from "@bulkhead/db";
import { anyOf, type Place, sha256 } from "./seed.ts";

/** A UUID of version 7. */
export function newId(): string {
  const milliseconds = Date.now().toString(16).padStart(12, "0");
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7${randomUUID().slice(15)}`;
}

const READ = "select id, name, created_at from bare.projects where tenant_id = $1 and id = $2";
const INSERT =
  "insert into bare.projects (tenant_id, id, name, created_by) values ($1, $2, $3, $4) returning id, name";
const CLAIM =
  "insert into bare.idempotency_keys (tenant_id, actor, key, request_hash) values ($1, $2, $3, $4)";
const EVENT = `insert into bare.events (tenant_id, actor, action, operation, target_type, target_id, after, request_id)
  values ($1, $2, $3, 'insert', $4, $5, $6, $7)`;
const FINISH =
  "update bare.idempotency_keys set status = 201, answer = $4 where tenant_id = $1 and actor = $2 and key = $3";
const JOB =
  "insert into bare.jobs (tenant_id, id, task, input, created_by, trace) values ($1, $2, $3, $4, $5, null)";

/** The least that could be done: prepared statements over the product's own driver, each way one batch. */
export function bareWays(home: Connections, place: Place) {
  const { tenant } = place;
  const actor = `user:${tenant}`;
  const insert = (id: string) => ({
    name: "bare_insert",
    text: INSERT,
    values: [tenant, id, "a project", actor],
  });
  const event = (action: string, table: string, id: string, after: object, request: string) => ({
    name: "bare_event",
    text: EVENT,
    values: [tenant, actor, action, table, id, JSON.stringify(after), request],
  });
  return {
    read: () => home.run([{ name: "bare_read", text: READ, values: [tenant, anyOf(place)] }]),
    insert: () => home.run([insert(newId())]),
    /** The rows of a mutation, and nothing that decides about them. */
    rows() {
      const [key, project, job, request] = [randomUUID(), newId(), newId(), randomUUID()];
      const input = { project_id: key };
      const now = new Date().toISOString();
      return home.run([
        { name: "bare_claim", text: CLAIM, values: [tenant, actor, key, sha256(key)] },
        insert(project),
        event(
          "project.create",
          "projects",
          project,
          {
            tenant_id: tenant,
            id: project,
            name: "a project",
            description: "",
            attributes: {},
            created_by: actor,
            created_at: now,
            updated_at: now,
          },
          request,
        ),
        {
          name: "bare_finish",
          text: FINISH,
          values: [tenant, actor, key, JSON.stringify({ id: project, name: "a project" })],
        },
        {
          name: "bare_job",
          text: JOB,
          values: [tenant, job, "project.export", JSON.stringify(input), actor],
        },
        event(
          "project.create",
          "jobs",
          job,
          {
            tenant_id: tenant,
            id: job,
            task: "project.export",
            input,
            state: "queued",
            priority: 0,
            run_at: now,
            result: null,
            error: null,
            created_by: actor,
            created_at: now,
            finished_at: null,
          },
          request,
        ),
      ]);
    },
  };
}
