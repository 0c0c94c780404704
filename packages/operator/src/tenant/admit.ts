import { claimName } from "../database/claim.ts";
import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import type { Move } from "./record.ts";

const PATIENCE_MILLISECONDS = 10_000;

/**
 * Lets a session read the rows of the move's tenant, and write them where the tenant does not live.
 *
 * @throws OperatorError while another command's session does
 */
export async function admitSession(session: Session, move: Move): Promise<void> {
  await session.query(
    "select set_config('app.move', $1, false), set_config('app.copying', 'in bulk', false)",
    [move.id],
  );
  // A killed command's statement may still run.
  if (await claimName(session, `copy ${move.tenant_id}`, PATIENCE_MILLISECONDS)) return;
  throw new OperatorError(
    `Another command copies rows of this tenant in ${session.placement}. Wait for it to end, or stop it.`,
  );
}
