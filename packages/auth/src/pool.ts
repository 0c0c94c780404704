import { logger, outsideWork } from "@bulkhead/telemetry";
import { Pool, type PoolClient, type PoolConfig } from "pg";
import { authorNow } from "./author.ts";
import { observed } from "./observed.ts";

// A frozen Lambda's open connection would keep a paused Aurora awake, so the server ends it.
const REST_MILLISECONDS = 60_000;
// The server's clock and ours start at different moments.
const MARGIN = 0.9;

/**
 * A small pool for one Lambda process, which serves one request at a time. `restMilliseconds` is how
 * long a connection may rest before the server ends it. @default 60 s
 */
export function openPool(config: PoolConfig, restMilliseconds = REST_MILLISECONDS): Pool {
  const pool = new FreshPool(restMilliseconds, {
    max: 2,
    statement_timeout: 10_000,
    lock_timeout: 8_000,
    idle_in_transaction_session_timeout: 10_000,
    ...config,
    options: `-c idle_session_timeout=${restMilliseconds}`,
  });
  // An idle connection that the server closes is no reason to end the process, and neither is one that
  // breaks while it is lent: whoever waits for its answer hears of it there.
  pool.on("error", (error) =>
    outsideWork(() => logger.info("an idle connection was closed", { error })),
  );
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("connect", observed);
  return pool;
}

type Lent = (error: Error | undefined, client: PoolClient | undefined, done: () => void) => void;

/**
 * Lends no connection that rested too long, and none that speaks for somebody else. While a Lambda is
 * frozen nothing tells it that the server hung up; its next request would be the one to find out.
 */
class FreshPool extends Pool {
  readonly #usedAt = new WeakMap<object, number>();
  readonly #speaksFor = new WeakMap<object, string>();
  readonly #staleAfterMilliseconds: number;

  constructor(restMilliseconds: number, config: PoolConfig) {
    super(config);
    this.#staleAfterMilliseconds = restMilliseconds * MARGIN;
    this.on("release", (_, client) => this.#usedAt.set(client, Date.now()));
  }

  // pg's own `query` borrows by callback, Drizzle's transactions by promise.
  override connect(): Promise<PoolClient>;
  override connect(lend: Lent): void;
  override connect(lend?: Lent): Promise<PoolClient> | undefined {
    const client = this.#fresh();
    if (!lend) return client;
    client.then(
      (lent) => lend(undefined, lent, () => lent.release()),
      (error: Error) => lend(error, undefined, () => {}),
    );
    return undefined;
  }

  async #fresh(): Promise<PoolClient> {
    for (;;) {
      const client = await super.connect();
      const restedMilliseconds = Date.now() - (this.#usedAt.get(client) ?? Date.now());
      if (restedMilliseconds < this.#staleAfterMilliseconds) return this.#authored(client);
      client.release(true);
    }
  }

  /** One more round trip where the author has changed; triggers write the audit trail in their name. */
  async #authored(client: PoolClient): Promise<PoolClient> {
    const author = authorNow();
    if ((this.#speaksFor.get(client) ?? "") === author) return client;
    try {
      await client.query("select set_config('app.identity', $1, false)", [author]);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#speaksFor.set(client, author);
    return client;
  }
}
