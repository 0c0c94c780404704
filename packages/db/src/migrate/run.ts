import type { Migration } from "./files.ts";

/** One transaction on one session; `execute` takes one statement and returns its rows. */
export type Transaction = {
  /** `values` stand for $1, $2 …, as text: what must not become part of a statement's own text. */
  execute(statement: string, values?: readonly string[]): Promise<Record<string, unknown>[]>;
};

/** The port: `pg` on a laptop and in tests, the RDS Data API in the cloud. Both act as the master. */
export type Migrator = {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
};

// One runner at a time. On a table that no runtime role has a right to: an advisory lock could be held by any
// role, and a deployment would wait for it.
const LOCK = "lock table public.schema_migrations in exclusive mode";

const LEDGER = `create table if not exists public.schema_migrations (
  name       text primary key,
  checksum   text not null,
  applied_at timestamptz not null default now()
)`;

// A migration that waits for a lock makes all queries behind it wait too: it gives up
// early and can be run again. The Data API ends a call after 45 seconds.
const TIMEOUTS = ["set local lock_timeout = '5s'", "set local statement_timeout = '40s'"];

/**
 * Applies what is missing: in order, each migration in a transaction of its own with its line in the
 * ledger, one runner at a time. A database that is ahead of the files is left alone, because that is
 * how a rollback of the code finds it.
 *
 * @returns the names of the migrations it applied.
 * @throws Error naming the file when one that was applied has been edited since, or fails to apply;
 * what it did is rolled back.
 */
export async function migrate(migrator: Migrator, migrations: Migration[]): Promise<string[]> {
  await createLedger(migrator);

  const applied: string[] = [];
  for (const migration of migrations) {
    if (await apply(migrator, migration)) applied.push(migration.name);
  }
  // A grant can end the master's right to log in (rds_iam). A new login finds that now, and not at the next
  // deployment.
  await migrator.transaction((tx) => tx.execute("select 1"));
  return applied;
}

/** Of two first runners that create it at once, one fails, and finds it there. */
async function createLedger(migrator: Migrator): Promise<void> {
  try {
    await migrator.transaction((tx) => tx.execute(LEDGER));
  } catch (error) {
    const [found] = await migrator.transaction((tx) =>
      tx.execute("select to_regclass('public.schema_migrations')::text as ledger"),
    );
    if (!found?.ledger) throw error;
  }
}

async function apply(migrator: Migrator, migration: Migration): Promise<boolean> {
  try {
    return await migrator.transaction(async (tx) => {
      await tx.execute(LOCK);
      const [found] = await tx.execute(
        `select checksum from public.schema_migrations where name = '${migration.name}'`,
      );
      if (found?.checksum === migration.checksum) return false;
      if (found) {
        throw new Error("it was edited after it was applied. Undo the edit and add a new one");
      }
      for (const timeout of TIMEOUTS) await tx.execute(timeout);
      for (const statement of migration.statements) await tx.execute(statement);
      await tx.execute("reset role");
      await tx.execute(
        `insert into public.schema_migrations (name, checksum) values ('${migration.name}', '${migration.checksum}')`,
      );
      return true;
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The migration ${migration.name} was not applied: ${reason}.`, { cause });
  }
}
