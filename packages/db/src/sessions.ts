import type { PoolClient } from "pg";
import type { DatabaseEvent } from "./events.ts";
import { runOn } from "./exchange.ts";
import type { Command } from "./protocol/batch.ts";
import { TIMEOUTS } from "./settings.ts";
import { RESET } from "./tenant/credential.ts";

/** Milliseconds. */
export type SessionLimits = {
  /** How old a transaction or a statement of the role may become before its session is terminated. */
  transactionAge: number;
  /** How long a session of the role may be idle. */
  idleAge: number;
  /** How long a process does not look again. */
  lookEvery: number;
};

const MARGIN = 5_000;

/** Older than the session's own timeouts let anything become, unless SQL in a request has turned them off. */
export const SESSION_LIMITS: SessionLimits = {
  transactionAge: TIMEOUTS.transaction_timeout + MARGIN,
  idleAge: TIMEOUTS.idle_session_timeout + MARGIN,
  lookEvery: 5_000,
};

/**
 * A process waits this long for each session that the role has, if that is longer. So all processes of a role, with
 * two sessions each, look 20 times a second together, however many there are.
 */
const LOOK_EVERY_PER_SESSION = 25;

/** lock_not_available, and query_canceled by the statement's timeout: a session may block others. */
const BLOCKED = new Set(["55P03", "57014"]);

export type Watchdog = {
  /** Whether to look, on a connection whose last query ended with this failure or none. Never inside a transaction. */
  isDue(client: PoolClient, failure: Error | undefined): boolean;
  /** Terminates sessions that are over the limits. False when the connection is of no use any more. */
  look(client: PoolClient): Promise<boolean>;
};

/**
 * Ends what a session's own timeouts should have ended. They are settings of that session, which SQL in it can turn
 * off; but every session of a role may terminate the role's others.
 */
export function createWatchdog(
  limits: SessionLimits,
  report: (event: DatabaseEvent) => void,
): Watchdog {
  let nextAt = performance.now() + limits.lookEvery;
  return {
    isDue(client, failure) {
      const { code = "", severity } = (failure ?? {}) as { code?: string; severity?: string };
      // Any failure but an ERROR of the server's has ended the session.
      if (failure && severity !== "ERROR") return false;
      if (client.getTransactionStatus() !== "I") return false;
      return BLOCKED.has(code) || performance.now() >= nextAt;
    },
    async look(client) {
      // Other batches need not look while this one does.
      nextAt = performance.now() + limits.lookEvery;
      const { rows, failure, status } = await runOn(client, [RESET, lookFor(limits)]);
      const [sessions, terminated] = rows[1]?.[0] ?? [];
      if (failure || typeof terminated !== "string") return false;
      nextAt += Math.max(0, Number(sessions) * LOOK_EVERY_PER_SESSION - limits.lookEvery);
      for (const session of JSON.parse(terminated)) {
        report({ name: "session terminated", ...session });
      }
      return status === "I";
    },
  };
}

/**
 * How many other sessions of the role there are, and which of them were terminated.
 *
 * Not by pg_stat_activity, whose joins take several times as long. A statement that commits in the middle begins a
 * new transaction each time, so its own age counts as well.
 */
const lookFor = ({ transactionAge, idleAge }: SessionLimits): Command => ({
  text: `select count(*), coalesce(json_agg(json_build_object(
                'pid', pid, 'ageSeconds', round(extract(epoch from clock_timestamp() - since)),
                'state', state, 'waitEvent', wait_event)) filter (where terminated), '[]')
           from (select pid, state, wait_event, since,
                        case when since < clock_timestamp() - interval '1 ms'
                                          * case state when 'idle' then $2::float8 else $1::float8 end
                             then pg_terminate_backend(pid) end as terminated
                   from (select pid, state, wait_event,
                                case state when 'idle' then state_change
                                           when 'active' then least(xact_start, query_start)
                                           else xact_start end as since
                           from pg_stat_get_activity(null)
                          where usesysid = current_user::regrole
                            and datid = (select oid from pg_database where datname = current_database())
                            and backend_type = 'client backend' and pid <> pg_backend_pid()) sessions) looked`,
  values: [transactionAge, idleAge],
});
