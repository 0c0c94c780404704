import type { DatabaseDirectory } from "../database/directory.ts";
import { drainTransactions } from "../database/drain.ts";
import { call, inTransaction, type Session } from "../database/session.ts";
import { messageOf, OperatorError } from "../errors.ts";
import { readLedger, requireSameLedger } from "../rows/compatibility.ts";
import { readTables } from "../rows/table.ts";
import { admitSession } from "../tenant/admit.ts";
import { findTenant } from "../tenant/find.ts";
import type { Move, Tenant } from "../tenant/record.ts";
import { type Load, loadArchive, removeRows } from "./load.ts";
import type { Manifest } from "./manifest.ts";
import { holdPause, type PauseTimes } from "./pause.ts";
import { verifyArchive } from "./verify.ts";

export type Restore = Omit<Load, "check"> & {
  directory: DatabaseDirectory;
  home: Session;
  /** The manifest's sha256, for an archive of another installation. */
  trusted?: string | undefined;
  pauseTimes?: PauseTimes;
};

const DRAIN_MS = 25_000;

/**
 * Replaces a tenant's rows by an archive's: in one transaction, while the tenant is read and not written. Its
 * trail is added to and loses nothing.
 *
 * @throws OperatorError for an archive that is not complete, not sealed here, of another tenant or of another
 * schema; for a tenant that has rows unless they may be `replaced`; when the pause of its writes is lost
 */
export async function restoreInto(
  restore: Restore,
  tenant: Tenant,
  replace: boolean,
): Promise<void> {
  const { directory, home, path, trusted, log } = restore;
  const { manifest, digest } = await verifyArchive(path, home, trusted);
  if (manifest.tenant.id !== tenant.id) {
    throw new OperatorError(
      `The archive is of ${manifest.tenant.slug} (${manifest.tenant.id}), not of ${tenant.slug}. Restore it --as a new tenant.`,
    );
  }
  const target = await directory.open(tenant.placement);
  // The target's transaction must not hold what pauses its tenant.
  const keeper = await directory.open(tenant.placement);
  try {
    await requireSameSchema(target, manifest);
    const move = await call<Move>(home, "begin_restore", tenant.id, digest);
    const isDedicated = target.placement !== "home";
    const databases = isDedicated ? [home, keeper] : [home];
    try {
      if (isDedicated) await call(target, "follow_move", JSON.stringify(move));
      await admitSession(target, move);
      using pause = await holdPause(databases, move, log, restore.pauseTimes);
      if (!(await drainTransactions(keeper, DRAIN_MS))) {
        throw new OperatorError(
          `A transaction in ${target.placement} does not end. End it, or try again later.`,
        );
      }
      await inTransaction(target, async () => {
        await removeRows(target, tenant.id, await readTables(target, target), replace);
        await loadArchive({ ...restore, check: pause.check }, target, manifest, tenant.id).catch(
          (error) => {
            // Without the pause the database refuses the rows: the reason is the pause.
            pause.check();
            throw error;
          },
        );
        await pause.stopRenewals();
        await call(target, "end_move", move.id, "finished");
      });
    } catch (error) {
      for (const session of databases) {
        await call(session, "end_move", move.id, "aborted").catch((reason) => {
          log("restore not aborted", { in: session.placement, error: messageOf(reason) });
        });
      }
      throw error;
    }
    if (isDedicated) await call(home, "end_move", move.id, "finished");
    log("tenant restored", { tenant: tenant.id, taken_at: manifest.taken_at });
  } finally {
    await keeper.end();
    await target.end();
  }
}

/**
 * Makes a new tenant at home from an archive. Its rows keep their ids; unfinished jobs of the archived tenant
 * are not done again.
 *
 * @throws OperatorError like `restoreInto`; a DatabaseError when the slug is taken or the owner has no account
 */
export async function restoreAs(restore: Restore, slug: string, owner: string): Promise<Tenant> {
  const { directory, home, path, trusted, log } = restore;
  const { manifest, digest } = await verifyArchive(path, home, trusted);
  const target = await directory.open("home");
  try {
    await requireSameSchema(target, manifest);
    await inTransaction(target, async () => {
      const { name, job_limit } = manifest.tenant;
      const created = await call<string>(target, "create_tenant", slug, name, owner, job_limit);
      const move = await call<Move>(target, "begin_restore", created, digest);
      await call(target, "pause_writes", move.id, 24 * 3600);
      await target.query("select set_config('app.move', $1, true)", [move.id]);
      await loadArchive(restore, target, manifest, created);
      const jobs = await call<number>(target, "fail_restored_jobs", move.id);
      if (jobs > 0) log("unfinished jobs failed", { jobs });
      await call(target, "end_move", move.id, "finished");
    });
  } finally {
    await target.end();
  }
  return findTenant(home, slug);
}

async function requireSameSchema(target: Session, manifest: Manifest): Promise<void> {
  requireSameLedger(await readLedger(target), manifest.ledger, [target.placement, "the archive"]);
  const [row] = await target.texts("select current_setting('server_version_num')::int / 10000");
  if (row?.[0] !== manifest.postgres) {
    throw new OperatorError(
      `The archive was written by PostgreSQL ${manifest.postgres} and ${target.placement} is ${row?.[0]}: restore it into one of that version.`,
    );
  }
}
