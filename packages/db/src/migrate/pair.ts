import { randomBytes } from "node:crypto";
import type { Migrator, Transaction } from "./run.ts";

export type Pairing = {
  /** The dedicated database's placement. */
  name: string;
  /** Of the key that it shares with home. A new number is a new key. */
  generation: number;
};

// Longer than an assertion is valid, clock skew included: those signed with the old key still open.
const KEY_OVERLAP = "1 minute";

/**
 * Sets a dedicated database's name, and installs in both databases the key that home signs assertions with and
 * the dedicated database verifies. The key is generated here, travels as a parameter, and is stored in the two
 * databases only.
 *
 * Nothing changes when both have the same key of this generation. A new key is installed in the dedicated
 * database first, which then accepts both; home then signs with the new one; the old one expires. It can be run
 * again after any failure.
 *
 * @returns whether a new key was installed
 * @throws Error when the dedicated database has another name or holds users, or home is none
 */
export async function pairDatabases(
  home: Migrator,
  dedicated: Migrator,
  pairing: Pairing,
): Promise<boolean> {
  const { name, generation } = pairing;
  const ofDedicated = await dedicated.transaction(async (tx) => {
    await setName(tx, name);
    return keyIds(tx, name);
  });
  const ofHome = await home.transaction(async (tx) => {
    await requireHome(tx);
    return keyIds(tx, name);
  });
  const shared = ofDedicated.get(generation);
  if (shared !== undefined && shared === ofHome.get(generation)) return false;

  const key = randomBytes(32).toString("hex");
  await dedicated.transaction((tx) => installKey(tx, pairing, key));
  await home.transaction(async (tx) => {
    await installKey(tx, pairing, key);
    await asOwner(
      tx,
      "delete from app.assertion_keys where database = $1 and generation <> $2::int",
      [name, String(generation)],
    );
  });
  await dedicated.transaction((tx) =>
    asOwner(
      tx,
      `update app.assertion_keys set valid_until = least(valid_until, now() + interval '${KEY_OVERLAP}')
        where database = $1 and generation <> $2::int`,
      [name, String(generation)],
    ),
  );
  return true;
}

async function asOwner(tx: Transaction, statement: string, values: readonly string[] = []) {
  await tx.execute("set local role bulkhead_owner");
  return tx.execute(statement, values);
}

async function setName(tx: Transaction, name: string): Promise<void> {
  const [found] = await asOwner(
    tx,
    "select database, exists (select from auth.users) as is_home from app.signing_keys",
  );
  if (found?.is_home) {
    throw new Error(
      `The database for ${name} holds users, so it is a home database. Pair an empty one.`,
    );
  }
  if (found?.database === name) return;
  if (found?.database !== "home") {
    throw new Error(
      `The database for ${name} has the name ${found?.database} already. Restore that name in infra/stages.ts.`,
    );
  }
  await asOwner(tx, "update app.signing_keys set database = $1", [name]);
}

async function requireHome(tx: Transaction): Promise<void> {
  const [found] = await asOwner(tx, "select database from app.signing_keys");
  if (found?.database === "home") return;
  throw new Error(`The home database has the name ${found?.database}: it is a dedicated database.`);
}

/** Fingerprints of the valid keys, by generation. */
async function keyIds(tx: Transaction, name: string): Promise<Map<number, string>> {
  const rows = await asOwner(
    tx,
    "select generation, id from app.assertion_keys where database = $1 and valid_until = 'infinity'",
    [name],
  );
  return new Map(rows.map(({ generation, id }) => [Number(generation), String(id)]));
}

/** Replaces a key of the same generation, which the two databases did not share. */
const installKey = (tx: Transaction, { name, generation }: Pairing, key: string) =>
  asOwner(
    tx,
    `insert into app.assertion_keys (database, generation, key) values ($1, $2::int, decode($3, 'hex'))
     on conflict (database, generation) do update set key = excluded.key, valid_until = 'infinity'`,
    [name, String(generation), key],
  );
