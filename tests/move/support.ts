import type { Bucket } from "../../packages/operator/src/archive/export.ts";
import {
  abortMove,
  claimTenant,
  exportTenant,
  findTenant,
  finishMove,
  moveTenant,
  restoreAs,
  restoreInto,
} from "../../packages/operator/src/index.ts";
import { type Course, enter, tellEnds, withEnds } from "../../packages/operator/src/move/course.ts";
import { call, type Move } from "../../packages/operator/src/move/record.ts";
import { watchChanges } from "../../packages/operator/src/move/watch.ts";
import { type House, houseOf } from "../../packages/operator/src/place/house.ts";
import type { Session } from "../../packages/operator/src/place/session.ts";
import type { TestDatabase } from "../support/database.ts";
import { freshPair } from "../support/dedicated.ts";

export type Neighbourhood = Awaited<ReturnType<typeof neighbourhood>>;

/** Home, a dedicated database beside it, and the operator who moves tenants between them. */
export async function neighbourhood() {
  const { home, dedicated: annex } = await freshPair();
  const house: House = houseOf({
    home: { connectionString: home.url("operator") },
    annex: { connectionString: annex.url("operator") },
  });

  /** What a command does: one connection of its own at home, and the claim on the tenant. */
  const asOperator = async <T>(
    wanted: string,
    work: (session: Session, tenant: Awaited<ReturnType<typeof findTenant>>) => Promise<T>,
  ) => {
    const session = await house.open("home");
    try {
      const tenant = await findTenant(session, wanted);
      await claimTenant(session, tenant);
      return await work(session, tenant);
    } finally {
      await session.end();
    }
  };

  return {
    home,
    annex,
    house,
    databases: (role: "api" | "worker") => ({ home: home.as(role), annex: annex.as(role) }),
    move: (tenant: string, to: string, limits = { pauseMs: 5_000, keepSeconds: 3_600 }) =>
      asOperator(tenant, (session, found) =>
        moveTenant(house, session, found, to, limits, () => {}),
      ),
    finish: (tenant: string, now = true) =>
      asOperator(tenant, (session, found) => finishMove(house, session, found, now)),
    export: (tenant: string, path: string, bucket: Bucket) =>
      asOperator(tenant, (session, found) =>
        exportTenant(house, session, found, path, bucket, () => {}),
      ),
    /** Into the tenant that it is of, or as a new one of somebody's. */
    restore: async (
      path: string,
      bucket: Bucket,
      to: { into: string; replace?: boolean } | { as: string; owner: string; trusted?: string },
    ) => {
      const session = await house.open("home");
      const restoring = { house, home: session, path, bucket, say: () => {} };
      try {
        if ("into" in to) {
          await restoreInto(restoring, await findTenant(session, to.into), to.replace ?? false);
          return to.into;
        }
        return (await restoreAs({ ...restoring, trusted: to.trusted }, to.as, to.owner)).id;
      } finally {
        await session.end();
      }
    },
    abort: (tenant: string) =>
      asOperator(tenant, (session, found) => abortMove(house, session, found)),
  };
}

/** Rows of everything that a tenant consists of. The superuser has no context, and the trail of the seed is nobody's business. */
export async function furnish({ sql }: TestDatabase, tenant: string, projects = 300) {
  await sql("set session_replication_role = replica");
  await sql(
    `insert into app.projects (tenant_id, name, description, created_by)
     select $1, 'project ' || i, 'It''s a "quoted" \\ text, ünïcode ⚓ ' || i, 'seed' from generate_series(1, $2::int) i`,
    [tenant, projects],
  );
  await sql(
    `insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, after, request_id)
     select $1, 'seed', 'project.create', 'insert', 'projects', p.id, to_jsonb(p), 'seed' from app.projects p where p.tenant_id = $1`,
    [tenant],
  );
  await sql(
    `insert into app.jobs (tenant_id, task, input, state, slot, epoch, result, created_by, finished_at)
     values ($1, 'project.export', '{"a": null}', 'succeeded', null, 1, 'null', 'seed', now()),
            ($1, 'project.export', '{}', 'queued', 1, 3, null, 'seed', null)`,
    [tenant],
  );
  await sql(
    `insert into app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer)
     values ($1, 'user:ada', 'key|1', sha256('1'), 201, '{"b" :  1,   "a":2}')`,
    [tenant],
  );
  await sql("set session_replication_role = origin");
}

const TABLES = ["app.projects", "app.jobs", "app.idempotency_keys", "audit.events"];

/** Everything that a database holds of a tenant, column by column. */
export async function rowsOf({ sql }: TestDatabase, tenant: string) {
  const rows: Record<string, string[]> = {};
  for (const table of TABLES) {
    const found = await sql(
      `select t::text as row from ${table} t where tenant_id = $1 order by 1`,
      [tenant],
    );
    rows[table] = found.map(({ row }) => String(row));
  }
  return rows;
}

/** Changes rows as no request could: without a context, and so without the triggers that ask for one. */
export async function tamper({ sql }: TestDatabase, text: string, values: unknown[] = []) {
  await sql("set session_replication_role = replica");
  await sql(text, values);
  await sql("set session_replication_role = origin");
}

/** A move that has begun, on connections that are in it, for a test that goes step by step. */
export async function onCourse(
  house: House,
  tenant: string,
  place: string,
  work: (course: Course, move: Move) => Promise<unknown>,
): Promise<void> {
  const home = await house.open("home");
  const found = await findTenant(home, tenant);
  await claimTenant(home, found);
  await withEnds(house, { from_place: found.placement, to_place: place }, async (ends) => {
    const move = await call<Move>(home, "begin_move", tenant, place);
    const course = { ...ends, home, tenant };
    await tellEnds(course);
    await enter(course.source, move);
    await enter(course.target, move);
    await watchChanges(course);
    await work(course, move);
  });
  await home.end();
}
