import { type Task, type Tasks, taskTable } from "@bulkhead/core/job";
import type { JobQueue, Objects } from "@bulkhead/core/ports";
import type { Token } from "@bulkhead/db";

/** Something that has left the process, and the tenant that it names. */
export type Exit = { kind: string; tenant: string | undefined; said: string };

/**
 * The world outside, which records what reaches it. What a file holds is not recorded: it is written for
 * the tenant whose name it has. Nor is an answer's body, which goes to the caller.
 *
 * A port that a function gains has to be added here: without it its `Deps` do not compile.
 */
export function recorder() {
  const exits: Exit[] = [];
  const sent: Token[] = [];
  const record = (kind: string, tenant: string | undefined, said: unknown) =>
    exits.push({ kind, tenant, said: JSON.stringify(said) });
  const tenantIn = (key: string) => /^exports\/([^/]+)\/[^/.]/.exec(key)?.[1];

  const queue: JobQueue = {
    async send(tokens) {
      for (const token of tokens) record("token", token.tenant, token);
      sent.push(...tokens);
    },
    // Both carry a number of seconds, and no tenant.
    armSweep: async () => {},
    scheduleSweep: async () => {},
  };
  const objects: Objects = {
    async put(key, _, contentType) {
      record("file", tenantIn(key), { key, contentType });
    },
    async putStream(key, chunks, contentType) {
      for await (const _ of chunks);
      record("file", tenantIn(key), { key, contentType });
    },
    async link(key, filename) {
      record("link", tenantIn(key), { key, filename });
      return { url: "https://exports.example.test", expiresAt: new Date() };
    },
  };
  /** The same tasks, whose handlers' tools are recorded. */
  const watching = (tasks: Tasks): Tasks =>
    taskTable(
      ...[...tasks.values()].map(
        (task): Task => ({
          ...task,
          run(input, tools) {
            const { idempotencyKey, job } = tools;
            record("idempotency key", idempotencyKey.split(":")[0], idempotencyKey);
            record("job", job.tenant, job);
            return task.run(input, tools);
          },
        }),
      ),
    );

  return {
    queue,
    objects,
    watching,
    /** Tokens to deliver. */
    takeTokens: () => sent.splice(0),
    /** What has left since this was last asked. */
    take: () => exits.splice(0),
  };
}
