import { inSnapshot } from "../place/session.ts";
import { synchronise } from "../rows/synchronise.ts";
import { verifyWritten } from "../rows/verify.ts";
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

/**
 * The pause: writes stop, what was running ends, the rest is copied and compared, and the tenant lives
 * in the new place. Undefined when it took too long: the tenant goes on where it was, and nothing is
 * lost but time.
 *
 * @throws Fault when the copies differ
 */
export async function trySwitch(
  course: Course,
  move: Move,
  rows: number,
  limits: Limits,
): Promise<Move | undefined> {
  const { home, source } = course;
  const pausing = new Set([home, source]);
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  const pauseSeconds = Math.ceil(limits.pauseMs / 1000);

  for (const session of pausing) {
    const spare = session.place === "home" ? SPARE_SECONDS : ASSERTION_SECONDS;
    await call(session, "pause_writes", move.id, pauseSeconds + spare);
  }
  try {
    if (!(await drained(source, limits.pauseMs * DRAINING_SHARE))) return undefined;
    const leftAt = await catchUp(course, move);
    await hostTenant(course);
    if (elapsed() > limits.pauseMs) return undefined;
    const switched = await call<Move>(
      home,
      "switch_move",
      move.id,
      leftAt,
      elapsed(),
      rows,
      MARGIN_SECONDS,
      limits.keepSeconds,
    );
    pausing.clear();
    return switched;
  } finally {
    for (const session of pausing) await call(session, "pause_writes", move.id, 0);
  }
}

/** Copies and compares what was written since the latest round. Returns the first transaction that comes too late. */
const catchUp = ({ source, ...course }: Course, move: Move): Promise<string> =>
  inSnapshot(source, async () => {
    const [row] = await source.texts("select pg_snapshot_xmax(pg_current_snapshot())");
    const sides = { source, ...course };
    const since = move.copied_from as string;
    await verifyWritten(sides, await synchronise(sides, course.tables, { since, hurried: true }));
    return row?.[0] as string;
  });

/** The tenant's own row, as home has it now: its limits and its status are enforced where it lives. */
async function hostTenant({ home, target, tenant }: Course): Promise<void> {
  if (target.place === "home") return;
  const row = await call(home, "tenant_row", tenant);
  await call(target, "host_tenant", JSON.stringify(row));
}
