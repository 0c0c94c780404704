import { Fault } from "../fault.ts";
import type { Session } from "../place/session.ts";
import { writtenSince } from "../rows/sql.ts";
import type { Table } from "../rows/table.ts";

/**
 * Makes sure that nobody has written the old rows since the tenant left them. What home goes on writing
 * for every tenant is no stray there.
 *
 * @throws Fault naming the table
 */
export async function refuseStrays(
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
      throw new Fault(
        `${row?.[0]} rows of ${table.name} were written in ${source.place} after the tenant had left it. Nothing was removed: find who wrote them, and carry them over by hand.`,
      );
    }
  }
}

export const isSharedWithHome = (source: Session, table: Table) =>
  source.place === "home" && table.shared;
