import { advised } from "../fault.ts";
import { inSnapshot, type Session } from "../place/session.ts";
import { catchUp } from "../rows/catch-up.ts";
import { momentOf } from "../rows/changes.ts";
import { rowsIn, verifyAll } from "../rows/verify.ts";
import type { Round } from "./copy.ts";
import type { Course } from "./course.ts";
import { drained } from "./drain.ts";
import { call, type Move } from "./record.ts";

export type Limits = {
  /** How long the tenant's writes may be refused at a time. @default 2_000 */
  pauseMs: number;
  /** How long the old rows are kept after the switch. @default 86_400 */
  keepSeconds: number;
};

// The pause ends by itself, long after it was to be over: nobody may write between the last look at the
// source and the switch, however slow the switch is.
const SPARE_SECONDS = 6;
const MARGIN_SECONDS = 3;

// Home's word that was given before the pause opens a context in a dedicated database for this long
// after it, five seconds of disagreement between the clocks included. Until it does not, or the tenant
// is dismissed there, the pause holds.
const ASSERTION_SECONDS = 20;

/** Of the pause, for transactions that were running when it began. */
const DRAINING_SHARE = 0.5;

/** A tenant that lives in the new place, and what was found when all of its rows were compared once more. */
export type Switched = { move: Move; differs?: unknown };

/**
 * The pause: writes stop, what was running ends, what has changed is copied and compared, and the tenant
 * lives in the new place. Undefined when it took too long: the tenant goes on where it was, and nothing
 * is lost but time.
 *
 * After the pause, the whole of both copies is compared as it was at that moment, in snapshots that were
 * taken in it.
 *
 * @throws Difference, and nothing was switched
 */
export async function trySwitch(
  course: Course,
  move: Move,
  { checksums, marks }: Round,
  limits: Limits,
): Promise<Switched | undefined> {
  const { home, source, target, tables } = course;
  const pausing = [...new Set([home, source])];
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  const pauseSeconds = Math.ceil(limits.pauseMs / 1000);
  const pause = (session: Session, seconds: number) =>
    call(session, "pause_writes", move.id, seconds);
  let switched = false;

  await Promise.all(
    pausing.map((session) =>
      pause(session, pauseSeconds + (session.place === "home" ? SPARE_SECONDS : ASSERTION_SECONDS)),
    ),
  );
  try {
    if (!(await drained(source, limits.pauseMs * DRAINING_SHARE))) return undefined;
    return await inSnapshot(source, async () => {
      const { until: leftAt } = await momentOf(source);
      await catchUp(course, tables, move.id, marks);
      await hostTenant(course);
      return inSnapshot(target, async () => {
        await momentOf(target);
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
        return compareWhole(course, moved);
      });
    });
  } finally {
    if (!switched) await Promise.all(pausing.map((session) => pause(session, 0)));
  }
}

async function compareWhole(course: Course, move: Move): Promise<Switched> {
  try {
    const checksums = await verifyAll(course, course.tables);
    await call(course.home, "note_checksums", move.id, JSON.stringify(checksums));
    return { move: { ...move, checksums, row_count: rowsIn(checksums) } };
  } catch (error) {
    const differs = advised(
      error,
      `The tenant lives in ${move.to_place} since a moment before that was found. Its old rows in ${move.from_place} are as it left them: compare the two before you finish.`,
    );
    return { move, differs };
  }
}

/** The tenant's own row, as home has it now: its limits and its status are enforced where it lives. */
async function hostTenant({ home, target, tenant }: Course): Promise<void> {
  if (target.place === "home") return;
  const row = await call(home, "tenant_row", tenant);
  await call(target, "host_tenant", JSON.stringify(row));
}
