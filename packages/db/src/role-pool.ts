import { Pool, type PoolClient, type PoolConfig } from "pg";
import type { DatabaseEvent } from "./events.ts";
import { clearRoleSettings } from "./role-settings.ts";
import { createWatchdog, SESSION_LIMITS, type SessionLimits } from "./sessions.ts";
import { PINNED, startupOptions, TIMEOUTS } from "./settings.ts";

/** Of the time after which the server ends a connection: its clock and the process's start at different moments. */
const STALE_AFTER_PART = 0.9;

export type DatabaseConfig = PoolConfig & {
  /** When sessions of the role are terminated. @default SESSION_LIMITS */
  sessionLimits?: SessionLimits;
  /** Milliseconds after which the server ends an idle connection. @default 60,000 */
  idleSessionTimeout?: number;
};

export type PoolHooks = {
  /** Called for a connection that the server closed while it was idle, which is no failure. */
  onIdleError?: ((error: Error) => void) | undefined;
  /** Must be quick and not throw. */
  report?: ((event: DatabaseEvent) => void) | undefined;
  /**
   * Who changes rows, as `actor|request`: each lent connection has it in `app.identity`, where triggers read it for
   * the audit trail. Costs a round trip whenever it differs from what the connection has. @default - it is not set
   */
  identity?: (() => string) | undefined;
};

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (destroy?: Error | boolean) => void,
) => void;

/**
 * A pg Pool whose connections begin with the pinned settings and with none that the role has set for itself, are
 * replaced when they were idle too long, and terminate the role's sessions that are over the limits.
 *
 * A frozen Lambda does not notice that the server has closed a connection: without the replacement, its next
 * request would fail.
 */
export class RolePool extends Pool {
  readonly #usedAt = new WeakMap<object, number>();
  readonly #identities = new WeakMap<object, string>();
  readonly #staleAfter: number;
  readonly #watchdog: ReturnType<typeof createWatchdog>;
  readonly #report: (event: DatabaseEvent) => void;
  readonly #identity: () => string;

  constructor(
    {
      sessionLimits = SESSION_LIMITS,
      idleSessionTimeout = TIMEOUTS.idle_session_timeout,
      ...config
    }: DatabaseConfig,
    { onIdleError = ignore, report = ignore, identity = () => "" }: PoolHooks = {},
  ) {
    super({
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      ...config,
      options: startupOptions({ ...PINNED, idle_session_timeout: idleSessionTimeout }),
    });
    this.#staleAfter = idleSessionTimeout * STALE_AFTER_PART;
    this.#watchdog = createWatchdog(sessionLimits, report);
    this.#report = report;
    this.#identity = identity;
    this.on("error", onIdleError);
    // The pool listens to idle clients. The "error" of a lent one that loses its server would end the process
    // without a listener: its query fails with the same error.
    this.on("connect", (client) => client.on("error", ignore));
    this.on("release", (_, client) => this.#usedAt.set(client, Date.now()));
  }

  // pg's own `query` borrows by callback, everything else by promise.
  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | undefined {
    const borrowed = this.#borrow();
    if (!callback) return borrowed;
    borrowed.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, ignore),
    );
    return undefined;
  }

  async #borrow(): Promise<PoolClient> {
    const client = await this.#freshClient();
    await this.#setIdentity(client);
    this.#watchWhenReleased(client);
    return client;
  }

  async #freshClient(): Promise<PoolClient> {
    for (let replaced = false; ; ) {
      const client = await super.connect();
      const usedAt = this.#usedAt.get(client);
      if (usedAt !== undefined) {
        if (Date.now() - usedAt < this.#staleAfter) return client;
        client.release(true);
        continue;
      }
      const { settings, isOutdated } = await clearRoleSettings(client);
      if (settings.length > 0) this.#report({ name: "role settings cleared", settings });
      if (!isOutdated || replaced) return client;
      // It began with what is cleared now. Once: settings that keep coming must not keep a request waiting.
      client.release(true);
      replaced = true;
    }
  }

  async #setIdentity(client: PoolClient): Promise<void> {
    const identity = this.#identity();
    if ((this.#identities.get(client) ?? "") === identity) return;
    try {
      await client.query("select set_config('app.identity', $1, false)", [identity]);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#identities.set(client, identity);
  }

  /** The caller does not wait for the look: its query is answered already. */
  #watchWhenReleased(client: PoolClient): void {
    const { release } = client;
    client.release = (destroy) => {
      const failure = destroy instanceof Error ? destroy : undefined;
      if (!this.#watchdog.isDue(client, failure)) return release(destroy);
      this.#identities.delete(client);
      void this.#watchdog.look(client).then((isUsable) => release(destroy || !isUsable));
    };
  }
}

const ignore = () => {};
