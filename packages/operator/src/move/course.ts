import { tablesInCommon } from "../place/alike.ts";
import type { House } from "../place/house.ts";
import { inTransaction, type Session } from "../place/session.ts";
import type { Sides } from "../rows/synchronise.ts";
import type { Table } from "../rows/table.ts";
import { call, type Move } from "./record.ts";

/** A move with both of its ends, each on a connection of its own, and what there is to copy. */
export type Course = Sides & { home: Session; tables: Table[] };

type Ends = { from_place: string; to_place: string };

/**
 * Opens both ends and compares them.
 *
 * @throws Fault when no row could be copied from one to the other
 */
export async function withEnds<T>(
  house: House,
  { from_place, to_place }: Ends,
  work: (ends: { source: Session; target: Session; tables: Table[] }) => Promise<T>,
): Promise<T> {
  const source = await house.open(from_place);
  try {
    const target = await house.open(to_place);
    try {
      return await work({ source, target, tables: await tablesInCommon(source, target) });
    } finally {
      await target.end();
    }
  } finally {
    await source.end();
  }
}

/** Lets a session read the tenant's rows, and write them where it does not live. */
export async function enter(session: Session, move: Move): Promise<void> {
  await inTransaction(session, () => call(session, "admit_operator"));
  await session.query(
    "select set_config('app.move', $1, false), set_config('app.copying', 'in bulk', false)",
    [move.id],
  );
  // A command that was killed may have left a statement that still runs: it has this lock until it ends.
  await session.query("select pg_advisory_lock(hashtextextended('copy ' || $1, 0))", [
    move.tenant_id,
  ]);
}

/** Tells the ends that are not home what home says: of this move, and of those before it. */
export async function tellEnds({ home, source, target, tenant }: Course): Promise<void> {
  const moves = await home.query<{ move: Move }>("select app.moves_of($1) as move", [tenant]);
  for (const session of [source, target]) {
    if (session.place === "home") continue;
    for (const { move } of moves) {
      await call(session, "follow_move", JSON.stringify(move));
    }
  }
}
