import type { DatabaseDirectory } from "../database/directory.ts";
import { call, type Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { keysOf, missingFrom } from "../rows/keys.ts";
import { deleteRows } from "../rows/rows.ts";
import type { Move, Tenant } from "../tenant/record.ts";
import { clearTarget } from "./copy.ts";
import { isSharedWithHome, refuseLateWrites } from "./late-writes.ts";
import { enterMove, type MoveSession, shareMoves, withBothSides } from "./session.ts";
import { unwatchChanges } from "./watch.ts";

/**
 * Removes the rows that a tenant left behind, with `now` before their time is over.
 *
 * @throws OperatorError when there is nothing to finish, it is too early, or the old rows were written since
 */
export async function finishMove(
  directory: DatabaseDirectory,
  home: Session,
  tenant: Tenant,
  now: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const { move } = tenant;
  if (move?.state !== "switched") throw new OperatorError(`${tenant.slug} has no move to finish.`);
  if (!now && Date.parse(move.keep_until ?? "") > Date.now()) {
    throw new OperatorError(
      `The old rows of ${tenant.slug} are kept until ${move.keep_until}. Finish after that, or add --now.`,
    );
  }
  await endMove(directory, home, move, signal, async (session) => {
    await refuseLateWrites(session.source, tenant.id, session.tables, move.left_at as string);
    await removeOld(session, move.left_at as string);
  });
}

/** Removes the copy of a move that has not switched. */
export async function abortMove(
  directory: DatabaseDirectory,
  home: Session,
  tenant: Tenant,
  signal?: AbortSignal,
): Promise<void> {
  const { move } = tenant;
  if (move?.kind !== "move" || move.state !== "copying") {
    throw new OperatorError(
      `${tenant.slug} has no move to abort. After the switch, move it back instead.`,
    );
  }
  await endMove(directory, home, move, signal, async (session) => {
    await clearTarget(session);
    await removeMerged(session);
  });
}

async function endMove(
  directory: DatabaseDirectory,
  home: Session,
  move: Move,
  signal: AbortSignal | undefined,
  remove: (session: MoveSession) => Promise<void>,
): Promise<void> {
  await withBothSides(directory, move, async (sides) => {
    const session = await enterMove(sides, home, move, signal);
    await remove(session);
    const left = move.state === "copying" ? session.target : session.source;
    if (left.placement !== "home") await call(left, "dismiss_tenant", move.tenant_id);
    await call(home, "end_move", move.id, move.state === "copying" ? "aborted" : "finished");
    await shareMoves(session);
    await unwatchChanges(session, move);
  });
}

async function removeOld({ source, tenant, tables, signal }: MoveSession, since: string) {
  for (const table of tables.toReversed()) {
    // At home, rows of a shared table that were written since the switch stay.
    const keep = isSharedWithHome(source, table);
    for await (const { keys, changed } of keysOf(source, tenant, table, {
      buckets: "all",
      since,
    })) {
      await deleteRows(source, tenant, table, keep ? keys.filter((_, n) => !changed[n]) : keys);
      signal?.throwIfAborted();
    }
  }
}

/** At home, removes from shared tables the rows that the source has as well. */
async function removeMerged({ source, target, tenant, tables }: MoveSession): Promise<void> {
  for (const table of tables.filter(({ merges }) => merges)) {
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      const own = await missingFrom(source, tenant, table, keys);
      const copied = keys.filter((_, n) => !own.has(n));
      await deleteRows(target, tenant, table, copied);
    }
  }
}
