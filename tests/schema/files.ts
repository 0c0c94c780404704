import type { Query } from "../prove/isolation/check.ts";
import { functionsOf } from "./functions.ts";
import { RELATIONS } from "./relations.ts";
import { ROLES } from "./roles.ts";

export const FOLDER = "migrations/schema";

type Piece = { file: string; part: number; object: string; definition: string };

const HEADER =
  "-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.\n\n";

/**
 * What a migrated database has now, as SQL to read: file names with their texts, equal for equal schemas. A
 * file for each table and view, for the functions of each topic, and for the roles.
 *
 * @throws Error for what it has no form for
 */
export async function schemaFiles(query: Query): Promise<Map<string, string>> {
  await refuseUnwritable(query);
  const queries = [RELATIONS, await functionsOf(), ROLES];
  const pieces: Piece[] = [];
  // One after the other: a client runs one query at a time.
  for (const sql of queries) pieces.push(...((await query(sql)) as Piece[]));

  const files = Map.groupBy(pieces.sort(inOrder), ({ file }) => `${file}.sql`);
  return new Map([...files].map(([name, found]) => [name, HEADER + textOf(found)]));
}

const keyOf = ({ file, part, object }: Piece) => `${file}\n${part}\n${object}`;
const inOrder = (a: Piece, b: Piece) => (keyOf(a) < keyOf(b) ? -1 : 1);

/** A blank line between parts, and around what takes several lines. */
function textOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece, index) => {
      const last = pieces[index - 1];
      const apart =
        last &&
        (last.part !== piece.part || `${last.definition}${piece.definition}`.includes("\n"));
      return `${apart ? "\n" : ""}${piece.definition}\n`;
    })
    .join("");
}

/** What exists and would be missing in the files. */
async function refuseUnwritable(query: Query): Promise<void> {
  const [unwritable] = await query(`
    select 'relation ' || oid::regclass as object from pg_class
     where relnamespace::regnamespace::text in ('auth', 'app', 'audit') and relkind not in ('r', 'v', 'i')
    union all
    select 'type ' || oid::regtype from pg_type
     where typnamespace::regnamespace::text in ('auth', 'app', 'audit') and typrelid = 0 and typelem = 0
    union all
    select format('identity of %s.%I', attrelid::regclass, attname)
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace::regnamespace::text in ('auth', 'app', 'audit') and attidentity <> ''`);
  if (unwritable) {
    throw new Error(
      `npm run schema can't write the ${unwritable.object}: add its form to tests/schema.`,
    );
  }
}
