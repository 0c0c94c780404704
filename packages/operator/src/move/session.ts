import type { DatabaseDirectory } from "../database/directory.ts";
import { call, type Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { compatibleTables } from "../rows/compatibility.ts";
import type { Sides } from "../rows/sides.ts";
import type { Table } from "../rows/table.ts";
import { admitSession } from "../tenant/admit.ts";
import type { Move } from "../tenant/record.ts";

/** A move in progress: a connection of its own to either side, the claim's to home, and the tables to copy. */
export type MoveSession = Sides & { home: Session; tables: Table[] };

type Route = Pick<Move, "from_place" | "to_place">;
type BothSides = Pick<MoveSession, "source" | "target" | "tables">;

/**
 * Connects to both sides and compares their schemas.
 *
 * @throws OperatorError when rows can't be copied from one to the other
 */
export async function withBothSides<T>(
  directory: DatabaseDirectory,
  { from_place, to_place }: Route,
  work: (sides: BothSides) => Promise<T>,
): Promise<T> {
  const source = await directory.open(from_place);
  try {
    const target = await directory.open(to_place);
    try {
      return await work({ source, target, tables: await compatibleTables(source, target) });
    } finally {
      await target.end();
    }
  } finally {
    await source.end();
  }
}

/** Makes both sides know the move, and lets the operator work on the tenant's rows there. */
export async function enterMove(
  sides: BothSides,
  home: Session,
  move: Move,
  signal?: AbortSignal,
): Promise<MoveSession> {
  const session = { ...sides, home, tenant: move.tenant_id, signal };
  await shareMoves(session);
  await admitSession(sides.source, move);
  await admitSession(sides.target, move);
  return session;
}

/** Copies home's records of the tenant's moves to the sides that are not home. */
export async function shareMoves({ home, source, target, tenant }: MoveSession): Promise<void> {
  const moves = await home.query<{ move: Move }>("select app.moves_of($1) as move", [tenant]);
  for (const session of [source, target]) {
    if (session.placement === "home") continue;
    for (const { move } of moves) {
      await call(session, "follow_move", JSON.stringify(move));
    }
  }
}

/**
 * Requires that the target verifies home's assertions: a tenant that lives there could not be reached otherwise.
 *
 * @throws OperatorError when they share no key
 */
export async function requireSharedKey(home: Session, target: Session): Promise<void> {
  if (target.placement === "home") return;
  const [ofHome, ofTarget] = await Promise.all([sharedKeys(home), sharedKeys(target)]);
  if (ofTarget.some((key) => key.startsWith(`${target.placement} `) && ofHome.includes(key))) {
    return;
  }
  throw new OperatorError(
    `${target.placement} shares no key with home, so a tenant could not be reached there. Deploy its stack first: that pairs the two databases.`,
  );
}

async function sharedKeys(session: Session): Promise<string[]> {
  const [row] = await session.query<{ pairings: string[] }>(
    "select pairings from app.this_place()",
  );
  return row?.pairings ?? [];
}
