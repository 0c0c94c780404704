import { createHash, randomUUID } from "node:crypto";
import { auditEvents, jobs, projects } from "@bulkhead/db/tables";
import { members, sessions, tenants } from "@bulkhead/db/tables/auth";
import { and, count, eq, gt, isNotNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { customType, json, pgSchema, smallint, text, uuid } from "drizzle-orm/pg-core";
import type { Pool } from "pg";
import { anyOf, type Place, sha256 } from "./seed.ts";

const idempotencyKeys = pgSchema("app").table("idempotency_keys", {
  tenantId: uuid("tenant_id").notNull(),
  actor: text("actor").notNull(),
  key: text("key").notNull(),
  requestHash: customType<{ data: Buffer }>({ dataType: () => "bytea" })("request_hash").notNull(),
  status: smallint("status"),
  answer: json("answer"),
});

const PERMISSIONS: Record<string, readonly string[]> = {
  owner: ["project:read", "project:write"],
  admin: ["project:read", "project:write"],
  member: ["project:read", "project:write"],
};

const DEFAULT = sql`default`;

type Transaction = Parameters<Parameters<ReturnType<typeof drizzle>["transaction"]>[0]>[0];

/**
 * What a careful team would write instead, with Drizzle over `pg`: the same checks and the same rows, one statement after
 * the other, each prepared under a name (but for set_config, for which Drizzle has no builder).
 */
export function handwrittenWays(pool: Pool, place: Place) {
  const db = drizzle(pool);
  const sessionByToken = db
    .select({ userId: sessions.userId, tenantId: sessions.activeTenantId })
    .from(sessions)
    .where(and(eq(sessions.token, sql.placeholder("token")), gt(sessions.expiresAt, sql`now()`)))
    .prepare("session_by_token");
  const membership = db
    .select({
      role: members.role,
      status: sql<string>`${tenants}.status`,
      jobLimit: sql<number>`${tenants}.job_limit`,
    })
    .from(members)
    .innerJoin(tenants, eq(tenants.id, members.tenantId))
    .where(
      and(
        eq(members.tenantId, sql.placeholder("tenantId")),
        eq(members.userId, sql.placeholder("userId")),
      ),
    )
    .prepare("membership");

  async function authorize(token: string, permission: string) {
    const hash = createHash("sha256").update(sha256(token)).digest("hex");
    const [session] = await sessionByToken.execute({ token: hash });
    if (!session?.tenantId) throw new Error("No session.");
    const { userId, tenantId } = session;
    const [member] = await membership.execute({ tenantId, userId });
    if (!member) throw new Error("Not a member.");
    if (member.status !== "active") throw new Error("The tenant is suspended.");
    if (!PERMISSIONS[member.role]?.includes(permission)) throw new Error("Not permitted.");
    return { tenantId, actor: `user:${userId}`, jobLimit: member.jobLimit };
  }

  const setTenant = (tx: Transaction, tenantId: string) =>
    tx.execute(sql`select set_config('app.tenant', ${tenantId}, true)`);

  return {
    async read() {
      const { tenantId } = await authorize(place.token, "project:read");
      return db.transaction(
        async (tx) => {
          await setTenant(tx, tenantId);
          return tx
            .select({ id: projects.id, name: projects.name, createdAt: projects.createdAt })
            .from(projects)
            .where(eq(projects.id, anyOf(place)))
            .prepare("project_by_id")
            .execute();
        },
        { accessMode: "read only" },
      );
    },

    async mutation() {
      const { tenantId, actor, jobLimit } = await authorize(place.token, "project:write");
      const [key, requestId] = [randomUUID(), randomUUID()];
      const audit = (tx: Transaction, targetType: string, after: { id: string }) =>
        tx
          .insert(auditEvents)
          .values({
            tenantId,
            id: DEFAULT,
            occurredAt: DEFAULT,
            actor,
            action: "project.create",
            operation: "insert",
            targetType,
            targetId: after.id,
            after,
            requestId,
          })
          .prepare("insert_event")
          .execute();

      return db.transaction(async (tx) => {
        await setTenant(tx, tenantId);
        const [claimed] = await tx
          .insert(idempotencyKeys)
          .values({ tenantId, actor, key, requestHash: sha256(key) })
          .onConflictDoNothing()
          .returning({ key: idempotencyKeys.key })
          .prepare("claim_key")
          .execute();
        if (!claimed) throw new Error("The key is taken.");

        const [project] = await tx
          .insert(projects)
          .values({ tenantId, name: "a project", createdBy: actor })
          .returning()
          .prepare("insert_project")
          .execute();
        if (!project) throw new Error("No project.");
        await audit(tx, "projects", project);

        const [slots] = await tx
          .select({ taken: count() })
          .from(jobs)
          .where(and(eq(jobs.tenantId, tenantId), isNotNull(jobs.slot)))
          .prepare("taken_slots")
          .execute();
        const taken = slots?.taken ?? 0;
        const [job] = await tx
          .insert(jobs)
          .values({
            tenantId,
            task: "project.export",
            input: { project_id: project.id },
            state: "queued",
            priority: 0,
            runAt: sql`now()`,
            slot: taken < jobLimit ? taken + 1 : null,
            epoch: taken < jobLimit ? 1 : 0,
            attempt: 0,
            createdBy: actor,
          })
          .returning()
          .prepare("insert_job")
          .execute();
        if (!job) throw new Error("No job.");
        await audit(tx, "jobs", job);

        const answer = { id: project.id, name: project.name };
        await tx
          .update(idempotencyKeys)
          .set({ status: 201, answer })
          .where(
            and(
              eq(idempotencyKeys.tenantId, tenantId),
              eq(idempotencyKeys.actor, actor),
              eq(idempotencyKeys.key, key),
            ),
          )
          .prepare("store_answer")
          .execute();
        return answer;
      });
    },
  };
}
