import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "./session.ts";

const POLL_MILLISECONDS = 100;

/**
 * Names a session after what it works on, and waits for earlier sessions of that name to end. A killed command's
 * ends within a quarter of a second (client_connection_check_interval).
 *
 * By name and age, and not by an advisory lock: every role may hold one whose key it can compute. Other roles'
 * sessions do not count.
 *
 * @param name at most 63 bytes
 * @returns false when one is still there after `patienceMilliseconds`
 */
export async function claimName(
  session: Session,
  name: string,
  patienceMilliseconds: number,
): Promise<boolean> {
  await session.query("select set_config('application_name', $1, false)", [name]);
  for (let waited = 0; ; waited += POLL_MILLISECONDS) {
    const earlier = await session.query(
      `select 1 from pg_stat_activity other, pg_stat_activity own
        where own.pid = pg_backend_pid() and other.usename = own.usename and other.datname = own.datname
          and other.application_name = $1 and (other.backend_start, other.pid) < (own.backend_start, own.pid)`,
      [name],
    );
    if (earlier.length === 0) return true;
    if (waited >= patienceMilliseconds) return false;
    await sleep(POLL_MILLISECONDS);
  }
}
