import type { Bucket } from "../../packages/operator/src/archive/bucket.ts";
import type { Restore } from "../../packages/operator/src/archive/restore.ts";
import {
  type DatabaseDirectory,
  databaseDirectory,
} from "../../packages/operator/src/database/directory.ts";
import { call, type Session } from "../../packages/operator/src/database/session.ts";
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
import {
  enterMove,
  type MoveSession,
  withBothSides,
} from "../../packages/operator/src/move/session.ts";
import { watchChanges } from "../../packages/operator/src/move/watch.ts";
import type { Move, Tenant } from "../../packages/operator/src/tenant/record.ts";
import type { TestDatabase } from "../support/database.ts";
import { freshPair } from "../support/dedicated.ts";

/** Home, a dedicated database paired with it, and the operator's commands on both. */
export async function operatorPair() {
  const { home, dedicated: annex } = await freshPair();
  const directory = databaseDirectory({
    home: { connectionString: home.url("operator") },
    annex: { connectionString: annex.url("operator") },
  });

  /** As a command runs: on one connection of its own to home. */
  const atHome = async <T>(work: (session: Session) => Promise<T>) => {
    const session = await directory.open("home");
    try {
      return await work(session);
    } finally {
      await session.end();
    }
  };
  const claimed = <T>(tenant: string, work: (session: Session, found: Tenant) => Promise<T>) =>
    atHome(async (session) => work(session, await claimTenant(session, tenant)));

  return {
    home,
    annex,
    directory,
    databases: (role: "api" | "worker") => ({ home: home.as(role), annex: annex.as(role) }),
    move: (tenant: string, to: string, limits = { pauseMs: 5_000, keepSeconds: 3_600 }) =>
      claimed(tenant, (session, found) =>
        moveTenant(directory, session, found, to, limits, () => {}),
      ),
    finish: (tenant: string, now = true) =>
      claimed(tenant, (session, found) => finishMove(directory, session, found, now)),
    export: (tenant: string, path: string, bucket?: Bucket) =>
      claimed(tenant, (session, found) =>
        exportTenant(directory, session, found, path, bucket, () => {}),
      ),
    /** Into the tenant that the archive is of, or as a new one. */
    restore: (path: string, bucket: Bucket | undefined, to: RestoreTarget) =>
      atHome(async (session) => {
        const intercepted = to.home?.(session) ?? session;
        const restore = { directory, path, bucket, log: () => {}, ...to, home: intercepted };
        if ("as" in to) return (await restoreAs(restore, to.as, to.owner)).id;
        await restoreInto(restore, await findTenant(session, to.into), to.replace ?? false);
        return to.into;
      }),
    abort: (tenant: string) =>
      claimed(tenant, (session, found) => abortMove(directory, session, found)),
  };
}

type RestoreTarget = Partial<Pick<Restore, "log" | "pauseTimes" | "directory" | "trusted">> & {
  /** The connection to home as the restore sees it. */
  home?: (session: Session) => Session;
} & ({ into: string; replace?: boolean } | { as: string; owner: string });

/** Adds rows to every table of a tenant's, by a superuser without a context and without audit triggers. */
export async function seedTenant({ sql }: TestDatabase, tenant: string, projects = 300) {
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

/** All rows of a tenant in a database, column by column. */
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

/** Changes rows without a context, and without the triggers that require one. */
export async function tamper({ sql }: TestDatabase, text: string, values: unknown[] = []) {
  await sql("set session_replication_role = replica");
  await sql(text, values);
  await sql("set session_replication_role = origin");
}

/** A move that has begun, for a test that goes step by step. */
export async function withMove(
  directory: DatabaseDirectory,
  tenant: string,
  placement: string,
  work: (session: MoveSession, move: Move) => Promise<unknown>,
): Promise<void> {
  const home = await directory.open("home");
  const found = await claimTenant(home, tenant);
  const route = { from_place: found.placement, to_place: placement };
  await withBothSides(directory, route, async (sides) => {
    const move = await call<Move>(home, "begin_move", tenant, placement);
    const session = await enterMove(sides, home, move);
    await watchChanges(session);
    await work(session, move);
  });
  await home.end();
}
