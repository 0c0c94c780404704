import { Fault } from "../fault.ts";
import { readTables, type Table } from "../rows/table.ts";
import type { Session } from "./session.ts";

export type LedgerEntry = { name: string; checksum: string };

export const readLedger = (session: Session): Promise<LedgerEntry[]> =>
  session.query<LedgerEntry>("select * from app.ledger()");

/**
 * The tables that two databases have in common: all of them, or none.
 *
 * @throws Fault when they were migrated differently, run other major versions, or a table can't be copied
 */
export async function tablesInCommon(source: Session, target: Session): Promise<Table[]> {
  sameLedger(await readLedger(source), await readLedger(target), [source.place, target.place]);
  const [there, here] = await Promise.all([facts(source), facts(target)]);
  if (there !== here) {
    throw new Fault(
      `${source.place} (${there}) and ${target.place} (${here}) write rows differently: bring them to one major version and encoding.`,
    );
  }
  return readTables(source, target);
}

export function sameLedger(
  a: readonly LedgerEntry[],
  b: readonly LedgerEntry[],
  [nameOfA, nameOfB]: readonly [string, string],
): void {
  const different = [...a, ...b].find(
    ({ name, checksum }) =>
      ![a, b].every((side) => side.some((one) => one.name === name && one.checksum === checksum)),
  );
  if (!different) return;
  throw new Fault(
    `${nameOfA} and ${nameOfB} have different schemas: ${different.name} is not the same in both. Deploy the same version to both, then try again.`,
  );
}

async function facts(session: Session): Promise<string> {
  const [row] = await session.texts(
    `select 'PostgreSQL ' || current_setting('server_version_num')::int / 10000 || ', ' || pg_encoding_to_char(encoding)
       from pg_database where datname = current_database()`,
  );
  return row?.[0] ?? "";
}

/**
 * Makes sure that the database takes home's word: nobody could reach a tenant that lives there otherwise.
 *
 * @throws Fault when they share no key
 */
export async function refuseStrangers(home: Session, target: Session): Promise<void> {
  if (target.place === "home") return;
  const [ours, theirs] = await Promise.all([acquaintances(home), acquaintances(target)]);
  if (theirs.some((key) => key.startsWith(`${target.place} `) && ours.includes(key))) return;
  throw new Fault(
    `${target.place} shares no key with home, so nobody could reach a tenant there. Deploy it first: that introduces the two.`,
  );
}

async function acquaintances(session: Session): Promise<string[]> {
  const [row] = await session.query<{ acquaintances: string[] }>(
    "select acquaintances from app.this_place()",
  );
  return row?.acquaintances ?? [];
}
