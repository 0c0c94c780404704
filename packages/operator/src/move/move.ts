import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseDirectory, resolvePlacement } from "../database/directory.ts";
import { call, type Session } from "../database/session.ts";
import { OperatorError, withAdvice } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Marks } from "../rows/catch-up.ts";
import { rowsIn } from "../rows/verify.ts";
import type { Move, Tenant } from "../tenant/record.ts";
import { catchUpRound, copyRound } from "./copy.ts";
import { refuseLateWrites } from "./late-writes.ts";
import {
  enterMove,
  type MoveSession,
  requireSharedKey,
  shareMoves,
  withBothSides,
} from "./session.ts";
import { type Limits, type Switched, trySwitch } from "./switch.ts";
import { unwatchChanges, watchChanges } from "./watch.ts";

// Rounds get shorter: each copies what was written during the one before it.
const SHORT_ROUND_MS = 150;
const MAX_ROUNDS = 10;
const ATTEMPTS = 8;

/**
 * Moves a tenant, or continues an interrupted move. The old rows stay: `finishMove` removes them.
 *
 * @param signal aborted when the time budget is used up; copied rows stay
 * @throws OperatorError when the move can't begin, the copies differ, or the tenant is too busy for the
 * pause; the signal's reason
 */
export async function moveTenant(
  directory: DatabaseDirectory,
  home: Session,
  tenant: Tenant,
  to: string,
  limits: Limits,
  log: Log,
  signal?: AbortSignal,
): Promise<Move> {
  const to_place = resolvePlacement(directory, to);
  // An interrupted move continues from where the tenant lived; a move back starts where it lives.
  const open = tenant.move?.to_place === to_place ? tenant.move : undefined;
  const from_place = open?.from_place ?? tenant.placement;
  if (from_place === to_place) {
    throw new OperatorError(`${tenant.slug} lives in ${to_place} already.`);
  }

  return withBothSides(directory, { from_place, to_place }, async (sides) => {
    await requireSharedKey(home, sides.target);
    const move = await call<Move>(home, "begin_move", tenant.id, to_place);
    const session = await enterMove(sides, home, move, signal);
    const { move: switched, mismatch } =
      move.state === "copying" ? await runMove(session, move, limits, log) : { move };
    await completeSwitch(session, switched);
    if (mismatch) throw mismatch;
    return switched;
  });
}

/** Copies while the tenant works, then switches in a pause. */
async function runMove(
  session: MoveSession,
  move: Move,
  limits: Limits,
  log: Log,
): Promise<Switched> {
  try {
    log("copying rows", { from: move.from_place, to: move.to_place });
    await watchChanges(session);
    const began = performance.now();
    const { checksums, marks: first } = await copyRound(session, move);
    log("rows copied", { rows: rowsIn(checksums), ms: since(began) });

    let marks = first;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      marks = await catchUpRounds(session, move, marks, log);
      log("pausing writes", { attempt, limit_ms: limits.pauseMs });
      const switched = await trySwitch(session, move, { checksums, marks }, limits, log);
      if (switched) {
        const { row_count, pause_ms } = switched.move;
        log("tenant switched", { rows: row_count, pause_ms });
        return switched;
      }
      log("pause too short", { attempt, limit_ms: limits.pauseMs });
      await sleep(Math.random() * 500 * attempt);
    }
  } catch (error) {
    throw withAdvice(
      error,
      "Nothing was switched. Find what else writes the target, then abort the move and start again.",
    );
  }
  throw new OperatorError(
    `No pause of ${limits.pauseMs} ms was enough. The copy stays: move again at a quieter hour, or allow more with --pause-ms.`,
  );
}

/** Repeats until little can be left to catch up with. */
async function catchUpRounds(session: MoveSession, move: Move, from: Marks, log: Log) {
  let marks = from;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const began = performance.now();
    marks = await catchUpRound(session, move, marks);
    const ms = since(began);
    log("changes copied", { ms });
    if (ms < SHORT_ROUND_MS) break;
  }
  return marks;
}

const since = (began: number) => Math.round(performance.now() - began);

/** After the switch, from wherever it was interrupted: both sides record it, and no row was written too late. */
async function completeSwitch(session: MoveSession, move: Move): Promise<void> {
  const { source, tables, tenant } = session;
  await shareMoves(session);
  await unwatchChanges(session, move);
  if (source.placement !== "home") await call(source, "dismiss_tenant", tenant);
  await refuseLateWrites(source, tenant, tables, move.left_at as string);
}
