import type { PoolClient } from "pg";
import { isClean, isTainted } from "./cleanliness.ts";
import type { DatabaseEvent } from "./events.ts";
import { runOn } from "./exchange.ts";
import type { BatchResult, Command } from "./protocol/batch.ts";
import { type DatabaseConfig, RolePool } from "./role-pool.ts";
import { type Opened, openedBy } from "./tenant/credential.ts";

/** How often a batch is tried: each time on another connection, when the one before was tainted. */
const ATTEMPTS = 5;

export type Connections = {
  /**
   * Runs commands as one transaction in one round trip, and gives the connection back, or destroys it
   * when it is not certain to be clean. When the connection was tainted before, runs them on another one.
   */
  run(commands: readonly Command[], signal?: AbortSignal): Promise<BatchResult>;
  /** Lends a connection for a transaction of several round trips. */
  borrow(): Promise<Lent>;
  /** The same, with the first batch run on it, as `run` does. */
  begin(commands: readonly Command[], signal?: AbortSignal): Promise<[Lent, BatchResult]>;
  end(): Promise<void>;
};

export type Lent = {
  client: PoolClient;
  /** One batch on it. */
  exchange(commands: readonly Command[], signal?: AbortSignal): Promise<BatchResult>;
  /** `clean` false destroys it. */
  giveBack(clean: boolean): void;
};

/** A batch that is over. Times are by `performance.now()`. */
export type Exchange = {
  commands: readonly Command[];
  outcome: BatchResult;
  begunAt: number;
  endedAt: number;
  /** The context that it opened, if the database accepted its credential. */
  opened: Opened | undefined;
};

/**
 * Connections of one runtime role to one database.
 *
 * `onIdleError` is called for a connection that the server closed while it was idle, which is no failure.
 * `observe` is called for every batch when it is over, in its caller's turn: it must be quick and not throw.
 * So must `report`.
 */
export function connect(
  config: DatabaseConfig,
  onIdleError: (error: Error) => void = () => {},
  observe: (exchange: Exchange) => void = () => {},
  report: (event: DatabaseEvent) => void = () => {},
): Connections {
  const pool = new RolePool(config, { onIdleError, report });

  const lend = (client: PoolClient): Lent => {
    let latest: BatchResult | undefined;
    return {
      client,
      async exchange(commands, signal) {
        const begunAt = performance.now();
        latest = await runOn(client, commands, signal);
        const endedAt = performance.now();
        observe({
          commands,
          outcome: latest,
          begunAt,
          endedAt,
          opened: openedBy(commands, latest),
        });
        return isTainted(latest, endedAt - begunAt) ? { ...latest, isTainted: true } : latest;
      },
      giveBack: (clean) => client.release(clean ? false : (latest?.failure ?? true)),
    };
  };

  const borrow = async () => lend(await pool.connect());

  const begin: Connections["begin"] = async (commands, signal) => {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const lent = await borrow();
      if (signal?.aborted) {
        lent.giveBack(true);
        throw signal.reason;
      }
      const outcome = await lent.exchange(commands, signal);
      if (!outcome.isTainted || attempt === ATTEMPTS) return [lent, outcome];
      lent.giveBack(false);
    }
  };

  return {
    borrow,
    begin,
    async run(commands, signal) {
      const [{ giveBack }, outcome] = await begin(commands, signal);
      giveBack(isClean(outcome));
      return unfinished(outcome) ? { ...outcome, failure: new Error(UNFINISHED) } : outcome;
    },
    end: () => pool.end(),
  };
}

const UNFINISHED =
  "A statement of the batch began a transaction of its own: nothing it did after that was kept.";

/** Every command succeeded, and yet destroying the connection takes their work away again. */
function unfinished({ failure, status }: BatchResult): boolean {
  return !failure && status !== "I";
}
