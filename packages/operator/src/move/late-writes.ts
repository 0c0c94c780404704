import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { writtenSince } from "../rows/sql.ts";
import type { Table } from "../rows/table.ts";

/**
 * Requires that the old rows were not written after the tenant left them. Tables that home writes for every
 * tenant are not checked at home.
 *
 * @throws OperatorError naming the table
 */
export async function refuseLateWrites(
  source: Session,
  tenant: string,
  tables: readonly Table[],
  leftAt: string,
): Promise<void> {
  for (const table of tables) {
    if (isSharedWithHome(source, table)) continue;
    const [row] = await source.texts(
      `select count(*) from ${table.name} t where t.tenant_id = $1 and ${writtenSince("$2")}`,
      [tenant, leftAt],
    );
    if (Number(row?.[0]) > 0) {
      throw new OperatorError(
        `${row?.[0]} rows of ${table.name} were written in ${source.placement} after the tenant had left it. Nothing was removed: find the writer, and copy the rows to the tenant's database by hand.`,
      );
    }
  }
}

export const isSharedWithHome = (source: Session, table: Table) =>
  source.placement === "home" && table.shared;
