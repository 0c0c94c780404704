import { randomBytes } from "node:crypto";
import type { Migrator, Transaction } from "./run.ts";

export type Acquaintance = {
  /** The placement that the dedicated database is known by. */
  name: string;
  /** Of the key that it shares with home. A new number is a new key. */
  generation: number;
};

// Longer than an assertion lives, by any clock: what was given under the old key still opens.
const FAREWELL = "1 minute";

/**
 * Tells a dedicated database its name, and sees to it that it shares a key with home. The key is drawn
 * here, travels as a parameter, and stands in the two databases and nowhere else: home signs assertions
 * with it, the dedicated database verifies them.
 *
 * Both are left alone when they share the key of this generation already. A new one is taken to the
 * dedicated database first, which from then on knows both; home then signs with the new one; the old one
 * runs out. It can be run again after any failure.
 *
 * @returns whether a new key was brought
 * @throws Error when the database bears another name or holds users: it is a home
 */
export async function introduce(
  home: Migrator,
  dedicated: Migrator,
  { name, generation }: Acquaintance,
): Promise<boolean> {
  const there = await dedicated.transaction(async (tx) => {
    await baptize(tx, name);
    return keyIds(tx, name);
  });
  const here = await home.transaction(async (tx) => {
    await refuseOthersThanHome(tx);
    return keyIds(tx, name);
  });
  const shared = there.get(generation);
  if (shared !== undefined && shared === here.get(generation)) return false;

  const key = randomBytes(32).toString("hex");
  await dedicated.transaction((tx) => install(tx, { name, generation }, key));
  await home.transaction(async (tx) => {
    await install(tx, { name, generation }, key);
    await asOwner(
      tx,
      "delete from app.assertion_keys where database = $1 and generation <> $2::int",
      [name, String(generation)],
    );
  });
  await dedicated.transaction((tx) =>
    asOwner(
      tx,
      `update app.assertion_keys set valid_until = least(valid_until, now() + interval '${FAREWELL}')
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

async function baptize(tx: Transaction, name: string): Promise<void> {
  const [found] = await asOwner(
    tx,
    "select database, exists (select from auth.users) as is_home from app.signing_keys",
  );
  if (found?.is_home) throw new Error(`${name} holds users: it is a home database and stays one.`);
  if (found?.database === name) return;
  if (found?.database !== "home") {
    throw new Error(`The database that should be ${name} is called ${found?.database} already.`);
  }
  await asOwner(tx, "update app.signing_keys set database = $1", [name]);
}

async function refuseOthersThanHome(tx: Transaction): Promise<void> {
  const [found] = await asOwner(tx, "select database from app.signing_keys");
  if (found?.database !== "home") throw new Error(`${found?.database} is not the home database.`);
}

/** Fingerprints of the keys that are in use, by generation. */
async function keyIds(tx: Transaction, name: string): Promise<Map<number, string>> {
  const rows = await asOwner(
    tx,
    "select generation, id from app.assertion_keys where database = $1 and valid_until = 'infinity'",
    [name],
  );
  return new Map(rows.map(({ generation, id }) => [Number(generation), String(id)]));
}

/** In place of an earlier one of its generation, which the two then did not have in common. */
const install = (tx: Transaction, { name, generation }: Acquaintance, key: string) =>
  asOwner(
    tx,
    `insert into app.assertion_keys (database, generation, key) values ($1, $2::int, decode($3, 'hex'))
     on conflict (database, generation) do update set key = excluded.key, valid_until = 'infinity'`,
    [name, String(generation), key],
  );
