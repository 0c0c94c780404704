import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { readTables, type Table } from "./table.ts";

export type LedgerEntry = { name: string; checksum: string };

export const readLedger = (session: Session): Promise<LedgerEntry[]> =>
  session.query<LedgerEntry>("select * from app.ledger()");

/**
 * The tenant's tables, which two databases must have alike.
 *
 * @throws OperatorError when their migrations, major versions or encodings differ, or a table can't be copied
 */
export async function compatibleTables(source: Session, target: Session): Promise<Table[]> {
  requireSameLedger(await readLedger(source), await readLedger(target), [
    source.placement,
    target.placement,
  ]);
  const [ofSource, ofTarget] = await Promise.all([versionOf(source), versionOf(target)]);
  if (ofSource !== ofTarget) {
    throw new OperatorError(
      `${source.placement} (${ofSource}) and ${target.placement} (${ofTarget}) write rows differently: bring them to one major version and encoding.`,
    );
  }
  return readTables(source, target);
}

/** @throws OperatorError naming the first migration that only one has, or that differs */
export function requireSameLedger(
  a: readonly LedgerEntry[],
  b: readonly LedgerEntry[],
  [nameOfA, nameOfB]: readonly [string, string],
): void {
  const different = [...a, ...b].find(
    ({ name, checksum }) =>
      ![a, b].every((side) => side.some((one) => one.name === name && one.checksum === checksum)),
  );
  if (!different) return;
  throw new OperatorError(
    `${nameOfA} and ${nameOfB} have different schemas: ${different.name} is not the same in both. Deploy the same version to both, then try again.`,
  );
}

async function versionOf(session: Session): Promise<string> {
  const [row] = await session.texts(
    `select 'PostgreSQL ' || current_setting('server_version_num')::int / 10000 || ', ' || pg_encoding_to_char(encoding)
       from pg_database where datname = current_database()`,
  );
  return row?.[0] ?? "";
}
