import { randomUUID } from "node:crypto";
import {
  type Caller,
  type Connections,
  change,
  enqueue,
  mutate,
  statement,
  transact,
} from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { newId } from "./bare.ts";
import { anyOf, type Place, sha256 } from "./seed.ts";

const byId = statement((db) =>
  db
    .select({ id: projects.id, name: projects.name, createdAt: projects.createdAt })
    .from(projects)
    .where(eq(projects.id, sql.placeholder("id")))
    .prepare("by_id"),
);
const insert = change(201, (db) =>
  db
    .insert(projects)
    .values({ name: sql.placeholder("name") })
    .returning({ answer: sql`json_build_object('id', ${projects.id}, 'name', ${projects.name})` })
    .prepare("insert"),
);

/** What the product does: each is one batch. */
export function productWays(home: Connections, place: Place) {
  const callerFor = (permission: string, action: string): Caller => ({
    databases: { home },
    credential: { kind: "session", proof: sha256(place.token) },
    purpose: { permission, action, requestId: randomUUID() },
  });
  return {
    read: () => transact(callerFor("project:read", "project.read"), byId({ id: anyOf(place) })),
    mutation() {
      const key = randomUUID();
      return mutate(callerFor("project:write", "project.create"), {
        key,
        hash: sha256(key),
        change: insert({ name: "a project" }),
        jobs: [enqueue(newId(), "project.export", { project_id: key }, null, null)],
      });
    },
  };
}
