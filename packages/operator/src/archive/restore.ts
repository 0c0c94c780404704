import { Fault } from "../fault.ts";
import { enter } from "../move/course.ts";
import { drained } from "../move/drain.ts";
import type { Say } from "../move/move.ts";
import { call, type Move, type Tenant } from "../move/record.ts";
import { findTenant } from "../move/tenants.ts";
import { readLedger, sameLedger } from "../place/alike.ts";
import type { House } from "../place/house.ts";
import { inTransaction, type Session } from "../place/session.ts";
import { readTables } from "../rows/table.ts";
import type { Bucket } from "./export.ts";
import { loadArchive, removeRows } from "./load.ts";
import { type Verified, verifyArchive } from "./verify.ts";

export type Restoring = {
  house: House;
  home: Session;
  path: string;
  bucket: Bucket;
  /** The manifest's sha256, for an archive of another installation. */
  trusted?: string | undefined;
  say: Say;
};

// The pause is renewed while the restore runs, and ends soon after a command that dies.
const PAUSE_SECONDS = 60;
const RENEWED_MS = 15_000;
const DRAIN_MS = 25_000;

/**
 * Puts what an archive holds in the place of what its tenant has: in one transaction, while the tenant is
 * read and not written. Its trail is added to and loses nothing.
 *
 * @throws Fault for an archive that is not whole, not ours, of another tenant or of another schema, and
 * for a tenant that has rows unless they may be `replaced`
 */
export async function restoreInto(
  restoring: Restoring,
  tenant: Tenant,
  replace: boolean,
): Promise<void> {
  const { house, home, path, trusted, say } = restoring;
  const verified = await verifyArchive(path, home, trusted);
  const { manifest, digest } = verified;
  if (manifest.tenant.id !== tenant.id) {
    throw new Fault(
      `The archive is of ${manifest.tenant.slug} (${manifest.tenant.id}), not of ${tenant.slug}. Restore it --as a new tenant.`,
    );
  }
  const target = await house.open(tenant.placement);
  const keeper = await house.open(tenant.placement);
  try {
    await refuseOtherSchema(target, verified);
    const move = await call<Move>(home, "begin_restore", tenant.id, digest);
    const away = target.place !== "home";
    if (away) await call(target, "follow_move", JSON.stringify(move));
    await enter(target, move);
    const pause = (seconds: number) =>
      Promise.all(
        [...new Set([home, ...(away ? [keeper] : [])])].map((session) =>
          call(session, "pause_writes", move.id, seconds),
        ),
      );

    await pause(PAUSE_SECONDS);
    // A renewal that fails lets the pause run out, and the transaction may write no more: it is undone.
    const renewal = setInterval(() => pause(PAUSE_SECONDS).catch(() => {}), RENEWED_MS);
    try {
      if (!(await drained(keeper, DRAIN_MS))) {
        throw new Fault(`A transaction in ${target.place} does not end. Try again when it has.`);
      }
      await inTransaction(target, async () => {
        await removeRows(target, tenant.id, await readTables(target, target), replace);
        await loadArchive(restoring, target, verified, tenant.id);
        if (away) await call(target, "end_move", move.id, "finished");
      });
      await call(home, "end_move", move.id, "finished");
      say(`${tenant.slug} is what it was at ${manifest.taken_at}.`);
    } catch (error) {
      await call(home, "end_move", move.id, "aborted").catch(() => {});
      if (away) await call(keeper, "end_move", move.id, "aborted").catch(() => {});
      throw error;
    } finally {
      clearInterval(renewal);
    }
  } finally {
    await keeper.end();
    await target.end();
  }
}

/**
 * Makes a new tenant at home of what an archive holds. Its rows keep their ids; whatever was unfinished in
 * the tenant that was archived is not done again here.
 *
 * @throws Fault like `restoreInto`; a DatabaseError when the name is taken or nobody has such an account
 */
export async function restoreAs(
  restoring: Restoring,
  slug: string,
  owner: string,
): Promise<Tenant> {
  const { house, home, path, trusted, say } = restoring;
  const verified = await verifyArchive(path, home, trusted);
  const { manifest, digest } = verified;
  const target = await house.open("home");
  try {
    await refuseOtherSchema(target, verified);
    await inTransaction(target, async () => {
      const { name, job_limit } = manifest.tenant;
      const created = await call<string>(target, "create_tenant", slug, name, owner, job_limit);
      const move = await call<Move>(target, "begin_restore", created, digest);
      await call(target, "pause_writes", move.id, 24 * 3600);
      await target.query("select set_config('app.move', $1, true)", [move.id]);
      await loadArchive(restoring, target, verified, created);
      const settled = await call<number>(target, "settle_restored", move.id);
      if (settled > 0) say(`${settled} unfinished jobs were not taken up again`);
      await call(target, "end_move", move.id, "finished");
    });
  } finally {
    await target.end();
  }
  return findTenant(home, slug);
}

async function refuseOtherSchema(target: Session, { manifest }: Verified): Promise<void> {
  sameLedger(await readLedger(target), manifest.ledger, [target.place, "the archive"]);
  const [row] = await target.texts("select current_setting('server_version_num')::int / 10000");
  if (row?.[0] !== manifest.postgres) {
    throw new Fault(
      `The archive was written by PostgreSQL ${manifest.postgres} and ${target.place} is ${row?.[0]}: restore it in one of that version.`,
    );
  }
}
