import type { Command } from "../protocol/batch.ts";
import type { Bound } from "../statement.ts";
import { REFUSE_TAINTED, RESET } from "./credential.ts";
import { type Databases, databaseNamed } from "./placement.ts";
import { placed, redirectIn } from "./redirect.ts";

const BEGINNING = [RESET, REFUSE_TAINTED];

const standing = (tenant: string): Command => ({
  text: "select app.standing($1)",
  values: [tenant],
});
const standings = (placement: string): Command => ({
  text: "select app.standings($1)",
  values: [placement],
});
const heed = (standing: unknown): Command => ({ text: "select app.heed($1)", values: [standing] });

/**
 * Runs a function of the database that finds its tenant by itself, where the tenant lives: for those
 * who bear a job's token and no credential. One round trip at home, one more for a tenant elsewhere,
 * which brings along how home says the tenant stands.
 *
 * At home the statement finds nothing of a tenant that lives elsewhere, so it may travel along.
 *
 * @throws the DatabaseError that ended it; OutOfReach
 */
export async function runBeside<Result>(
  databases: Databases,
  tenant: string,
  statement: Bound<Result>,
): Promise<Result[]> {
  const atHome = placed(await databases.home.run([...BEGINNING, standing(tenant), statement]));
  const away = redirectIn(atHome.rows[2]);
  const { rows, failure } = away
    ? await databaseNamed(databases, away.placement).run([
        ...BEGINNING,
        heed(away.assertion),
        statement,
      ])
    : atHome;
  if (failure) throw failure;
  return statement.read(rows[3] ?? []);
}

/**
 * Runs a function that concerns all tenants of one database. A dedicated one hears first how each of
 * them stands: what home does not answer for is not worked on.
 *
 * @throws the DatabaseError that ended it; OutOfReach
 */
export async function runIn<Result>(
  databases: Databases,
  placement: string,
  statement: Bound<Result>,
): Promise<Result[]> {
  const heeds = placement === "home" ? [] : await heedsOf(databases, placement);
  const { rows, failure } = await databaseNamed(databases, placement).run([
    ...BEGINNING,
    ...heeds,
    statement,
  ]);
  if (failure) throw failure;
  return statement.read(rows[BEGINNING.length + heeds.length] ?? []);
}

async function heedsOf({ home }: Databases, placement: string): Promise<Command[]> {
  const { rows, failure } = placed(await home.run([...BEGINNING, standings(placement)]));
  if (failure) throw failure;
  return (rows[2] ?? []).map(([standing]) => heed(standing));
}
