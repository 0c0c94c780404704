import { type Connection, Pool, type PoolClient, type PoolConfig } from "pg";
import { Batch, type Command, type Outcome } from "./protocol/batch.ts";
import { type Opened, openedBy } from "./tenant/credential.ts";

// As startup options, because that is what RESET ALL resets to, and because they outrank what a role
// may have set for itself with ALTER ROLE. Milliseconds.
const SETTINGS = {
  statement_timeout: 10_000,
  lock_timeout: 8_000,
  transaction_timeout: 20_000,
  idle_in_transaction_session_timeout: 10_000,
  // Whoever hangs up gets their transaction rolled back: without this, the server runs and commits a
  // batch that it has received whole, and notices only when it sends the answer.
  client_connection_check_interval: 250,
  // A frozen Lambda's open connection would keep a paused Aurora awake.
  idle_session_timeout: 60_000,
  TimeZone: "UTC",
  DateStyle: "ISO",
  search_path: "pg_catalog,pg_temp",
  row_security: "on",
  synchronous_commit: "on",
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  default_transaction_deferrable: "off",
  // A library that does not exist would keep the role from connecting at all.
  local_preload_libraries: "",
};

/** A connection that rested this long may have been closed by the server already: it is replaced. */
const STALE_AFTER_MS = SETTINGS.idle_session_timeout - 5_000;

export type Connections = {
  /**
   * Runs commands as one transaction in one round trip, and gives the connection back, or destroys it
   * when it is not certain to be clean.
   */
  run(commands: readonly Command[], signal?: AbortSignal): Promise<Outcome>;
  /** Lends a connection for a conversation; `clean` false destroys it. */
  borrow(): Promise<Lent>;
  end(): Promise<void>;
};

export type Lent = {
  client: PoolClient;
  /** One batch on it. */
  exchange(commands: readonly Command[], signal?: AbortSignal): Promise<Outcome>;
  giveBack(clean: boolean): void;
};

/** A batch that is over. Times are by `performance.now()`. */
export type Exchange = {
  commands: readonly Command[];
  outcome: Outcome;
  begunAt: number;
  endedAt: number;
  /** Whom it was opened for, if it was and the database let them in. */
  opened: Opened | undefined;
};

/**
 * Connections of one runtime role to one database.
 *
 * `onIdleError` hears of connections that the server closed while they rested, which is no failure.
 * `observe` hears of every batch when it is over, in its caller's turn: it must be quick and not throw.
 */
export function connect(
  config: PoolConfig,
  onIdleError: (error: Error) => void = () => {},
  observe?: (exchange: Exchange) => void,
): Connections {
  const options = Object.entries(SETTINGS)
    .map(([name, value]) => `-c ${name}=${String(value).replaceAll(" ", "\\ ")}`)
    .join(" ");
  const pool = new Pool({
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    ...config,
    options,
  });
  pool.on("error", onIdleError);
  // The pool listens to clients that rest. One that is lent and loses its server would end the process
  // with its unheard "error"; whoever runs a batch on it hears of it there.
  pool.on("connect", (client) => client.on("error", heardByItsBatch));
  const lastUsed = new WeakMap<PoolClient, number>();

  const borrow = async () => {
    for (;;) {
      const client = await pool.connect();
      const rested = Date.now() - (lastUsed.get(client) ?? Date.now());
      if (rested >= STALE_AFTER_MS) {
        client.release(true);
        continue;
      }
      return { client, exchange: exchangeOn(client), giveBack: giveBack(client) };
    }
  };
  const exchangeOn =
    (client: PoolClient): Lent["exchange"] =>
    async (commands, signal) => {
      if (!observe) return runOn(client, commands, signal);
      const begunAt = performance.now();
      const outcome = await runOn(client, commands, signal);
      const opened = openedBy(commands, outcome);
      observe({ commands, outcome, begunAt, endedAt: performance.now(), opened });
      return outcome;
    };
  const giveBack = (client: PoolClient) => (clean: boolean) => {
    lastUsed.set(client, Date.now());
    client.release(!clean);
  };

  return {
    borrow,
    async run(commands, signal) {
      signal?.throwIfAborted();
      const { exchange, giveBack } = await borrow();
      if (signal?.aborted) {
        giveBack(true);
        throw signal.reason;
      }
      const outcome = await exchange(commands, signal);
      giveBack(isClean(outcome));
      return unfinished(outcome) ? { ...outcome, failure: new Error(UNFINISHED) } : outcome;
    },
    end: () => pool.end(),
  };
}

const heardByItsBatch = () => {};

const UNFINISHED =
  "A statement of the batch began a transaction of its own: nothing it did after that was kept.";

/** Every command succeeded, and yet destroying the connection takes their work away again. */
function unfinished({ failure, status }: Outcome): boolean {
  return !failure && status !== "I";
}

/** One batch on a connection. An abort destroys the connection: its answer could come at any time. */
export async function runOn(
  client: PoolClient,
  commands: readonly Command[],
  signal?: AbortSignal,
): Promise<Outcome> {
  const batch = new Batch(commands);
  const abort = () => connectionOf(client).stream.destroy(new Error("The request was cancelled."));
  signal?.addEventListener("abort", abort, { once: true });
  client.query(batch);
  const outcome = await batch.done;
  signal?.removeEventListener("abort", abort);
  return outcome;
}

/** pg shows its connection to custom queries only; the property is there on every client. */
const connectionOf = (client: PoolClient): Connection =>
  (client as unknown as { connection: Connection }).connection;

// Errors that say something of the caller's request or of a competing one, and nothing of the
// connection: our own refusals, a tenant that is being moved, bad values, constraints, conflicts of
// transactions.
const HARMLESS = /^(BH[234]|BH503|22|23|40)/;

/** Whether the next tenant may have this connection. */
export function isClean({ status, failure }: Outcome): boolean {
  if (status !== "I") return false;
  return !failure || HARMLESS.test((failure as { code?: string }).code ?? "");
}
