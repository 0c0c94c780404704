import { call, inTransaction, type Session } from "../database/session.ts";
import type { Move } from "./record.ts";

/** Lets a session read the rows of the move's tenant, and write them where the tenant does not live. */
export async function admitSession(session: Session, move: Move): Promise<void> {
  await inTransaction(session, () => call(session, "admit_operator"));
  await session.query(
    "select set_config('app.move', $1, false), set_config('app.copying', 'in bulk', false)",
    [move.id],
  );
  // A killed command's statement may still run: it holds this lock until it ends.
  await session.query("select pg_advisory_lock(hashtextextended('copy ' || $1, 0))", [
    move.tenant_id,
  ]);
}
