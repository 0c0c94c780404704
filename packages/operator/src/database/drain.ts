import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "./session.ts";

// Every transaction holds a lock on its own virtual id from its first moment, whether it has written or
// not. Any role may see these locks and their users, without the right to monitor.
const RUNNING = `
  select l.virtualxid from pg_locks l join pg_stat_activity a using (pid)
   where l.locktype = 'virtualxid' and l.granted and l.virtualxid = l.virtualtransaction
     and a.datname = current_database() and a.usename is not null and a.usename <> session_user`;

/**
 * Waits for every transaction of this database that is running now. A later one finds the pause; one
 * that began earlier may not have, and has not written yet.
 *
 * @returns whether all of them ended in time
 */
export async function drainTransactions(session: Session, timeoutMs: number): Promise<boolean> {
  const before = await running(session);
  for (const deadline = Date.now() + timeoutMs; ; ) {
    const still = new Set(await running(session));
    if (!before.some((transaction) => still.has(transaction))) return true;
    if (Date.now() >= deadline) return false;
    await sleep(5);
  }
}

const running = async (session: Session) =>
  (await session.texts(RUNNING)).map(([transaction]) => transaction);
