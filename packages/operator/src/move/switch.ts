import { drainTransactions } from "../database/drain.ts";
import { call, inSnapshot, type Session } from "../database/session.ts";
import { messageOf, withAdvice } from "../errors.ts";
import type { Log } from "../log.ts";
import { catchUp } from "../rows/catch-up.ts";
import { snapshotBounds } from "../rows/changes.ts";
import { rowsIn, verifyAll } from "../rows/verify.ts";
import type { Move } from "../tenant/record.ts";
import type { Round } from "./copy.ts";
import type { MoveSession } from "./session.ts";

export type Limits = {
  /** How long the tenant's writes may be refused at a time. @default 2_000 */
  pauseMs: number;
  /** How long the old rows are kept after the switch. @default 86_400 */
  keepSeconds: number;
};

// The pause expires by itself, long after its planned end: nothing may be written between the last
// comparison and the switch, however slow the switch is.
const SPARE_SECONDS = 6;
const MARGIN_SECONDS = 3;

// An assertion that home gave before the pause opens a context in a dedicated database for this long,
// five seconds of clock skew included. Until it has expired, or the tenant is dismissed there, the pause holds.
const ASSERTION_SECONDS = 20;

/** The share of the pause for transactions that were running when it began. */
const DRAINING_SHARE = 0.5;

/** A tenant that lives in the new database, and the mismatch that comparing all rows once more has found. */
export type Switched = { move: Move; mismatch?: unknown };

/**
 * The pause: writes are refused, running transactions end, changes are copied and compared, and the tenant
 * lives in the new database. Undefined when that took too long: the tenant continues where it was.
 *
 * After the pause, all rows of both copies are compared as they were in it, in snapshots that were taken
 * in it.
 *
 * @throws CopyMismatch, and nothing was switched
 */
export async function trySwitch(
  session: MoveSession,
  move: Move,
  { checksums, marks }: Round,
  limits: Limits,
  log: Log,
): Promise<Switched | undefined> {
  const { home, source, target, tables } = session;
  const paused = [...new Set([home, source])];
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  const pauseSeconds = Math.ceil(limits.pauseMs / 1000);
  const pause = (database: Session, seconds: number) =>
    call(database, "pause_writes", move.id, seconds);
  let switched = false;

  try {
    await Promise.all(
      paused.map((database) =>
        pause(
          database,
          pauseSeconds + (database.placement === "home" ? SPARE_SECONDS : ASSERTION_SECONDS),
        ),
      ),
    );
    if (!(await drainTransactions(source, limits.pauseMs * DRAINING_SHARE))) return undefined;
    return await inSnapshot(source, async () => {
      const { until: leftAt } = await snapshotBounds(source);
      await catchUp(session, tables, move.id, marks);
      await hostTenant(session);
      return inSnapshot(target, async () => {
        await snapshotBounds(target);
        if (elapsed() > limits.pauseMs) return undefined;
        const moved = await call<Move>(
          home,
          "switch_move",
          move.id,
          leftAt,
          elapsed(),
          rowsIn(checksums),
          MARGIN_SECONDS,
          limits.keepSeconds,
        );
        switched = true;
        return compareAll(session, moved);
      });
    });
  } finally {
    // A database that is not reached ends its pause by itself. The first error is the one to report.
    if (!switched) {
      for (const result of await Promise.allSettled(paused.map((one) => pause(one, 0)))) {
        if (result.status === "fulfilled") continue;
        log("pause not lifted", { tenant: move.tenant_id, error: messageOf(result.reason) });
      }
    }
  }
}

async function compareAll(session: MoveSession, move: Move): Promise<Switched> {
  try {
    const checksums = await verifyAll(session, session.tables);
    await call(session.home, "note_checksums", move.id, JSON.stringify(checksums));
    return { move: { ...move, checksums, row_count: rowsIn(checksums) } };
  } catch (error) {
    const mismatch = withAdvice(
      error,
      `The tenant has lived in ${move.to_place} since a moment before this was found. Its old rows in ${move.from_place} are as it left them: compare the two before you finish.`,
    );
    return { move, mismatch };
  }
}

/** Copies the tenant's own row from home: its limits and status are enforced where it lives. */
async function hostTenant({ home, target, tenant }: MoveSession): Promise<void> {
  if (target.placement === "home") return;
  const row = await call(home, "tenant_row", tenant);
  await call(target, "host_tenant", JSON.stringify(row));
}
