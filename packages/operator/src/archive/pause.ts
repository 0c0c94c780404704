import { setTimeout as sleep } from "node:timers/promises";
import { call, type Session } from "../database/session.ts";
import { messageOf, OperatorError } from "../errors.ts";
import type { Log } from "../log.ts";

export type PauseTimes = {
  /** How long the pause holds without a renewal, so that it outlives a killed command only briefly. */
  seconds: number;
  renewMs: number;
};

/** The refusal of a tenant's writes for as long as a restore takes. */
export type Pause = Disposable & {
  /** @throws OperatorError when the pause was lost, even if it has been renewed since: the tenant may have written */
  check(): void;
  /** Ends the renewals. The pause holds for a moment more. @throws like `check` */
  stopRenewals(): Promise<void>;
};

/** Pauses the writes of a move's tenant in each of the databases, and renews the pause in the background. */
export async function holdPause(
  sessions: readonly Session[],
  move: { id: string; tenant_id: string },
  log: Log,
  { seconds, renewMs }: PauseTimes = { seconds: 60, renewMs: 15_000 },
): Promise<Pause> {
  const tenant = move.tenant_id;
  // What is begun while the pause holds, a commit for one, may end a little later.
  const marginMs = seconds * 100;
  let expiresAt = Number.POSITIVE_INFINITY;
  let lost = false;

  const isLost = () => {
    if (!lost && performance.now() > expiresAt - marginMs) {
      lost = true;
      log("pause lost", { tenant });
    }
    return lost;
  };
  const renew = async () => {
    const sentAt = performance.now();
    await Promise.all(sessions.map((session) => call(session, "pause_writes", move.id, seconds)));
    if (!isLost()) expiresAt = sentAt + seconds * 1000;
  };
  const check = () => {
    if (!isLost()) return;
    throw new OperatorError(
      "The pause of the tenant's writes could not be renewed and was lost. Nothing was restored: check that the databases can be reached, then run the same command again.",
    );
  };

  await renew();
  let renewal = Promise.resolve();
  const timer = setInterval(() => {
    renewal = renewal.then(renew).catch((error) => {
      const leftMs = Math.round(expiresAt - performance.now());
      log("pause renewal failed", { tenant, error: messageOf(error), left_ms: leftMs });
    });
  }, renewMs);

  return {
    check,
    async stopRenewals() {
      clearInterval(timer);
      // A renewal that is under way could extend the pause after its end. One that hangs is not waited for.
      const left = Math.max(0, expiresAt - performance.now());
      await Promise.race([renewal, sleep(left, undefined, { ref: false })]);
      check();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
