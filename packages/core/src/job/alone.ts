import type { Bound, Databases } from "@bulkhead/db";

/**
 * Runs a function of the database that finds its tenant by itself, for those who hold a token and no
 * credential. One round trip.
 *
 * @throws the DatabaseError that ended it
 */
export async function runAlone<Result>(
  { home }: Databases,
  statement: Bound<Result>,
): Promise<Result[]> {
  const { rows, failure } = await home.run([{ text: "reset all" }, statement]);
  if (failure) throw failure;
  return statement.read(rows[1] ?? []);
}
