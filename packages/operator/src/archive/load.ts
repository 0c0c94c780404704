import { Fault } from "../fault.ts";
import type { Session } from "../place/session.ts";
import { keysOf, missingFrom } from "../rows/keys.ts";
import type { Key } from "../rows/sql.ts";
import { readTables, type Table } from "../rows/table.ts";
import { deleteRows, type Rows, readRows, replaceRows } from "../rows/write.ts";
import type { Manifest } from "./manifest.ts";
import type { Restoring } from "./restore.ts";
import { all, readTar } from "./tar.ts";
import type { Verified } from "./verify.ts";

/** What happened stays on record, whatever is restored: a trail is added to and never replaced. */
const isTrail = ({ name }: Table) => name.startsWith("audit.");

/** @throws Fault naming a table that holds rows, unless they may be lost */
export async function removeRows(
  target: Session,
  tenant: string,
  tables: readonly Table[],
  replace: boolean,
): Promise<void> {
  for (const table of tables.filter((one) => !isTrail(one)).toReversed()) {
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      if (!replace) {
        throw new Fault(
          `The tenant has rows in ${table.name}. Say --replace if they may be lost, and export it first.`,
        );
      }
      await deleteRows(target, tenant, table, keys);
    }
  }
}

/**
 * Writes every row and object of an archive, and reads each row again. The archive's own tenant id becomes
 * the given one wherever it stands.
 *
 * @throws Fault when what is read again is not what was written
 */
export async function loadArchive(
  { path, bucket, say }: Restoring,
  target: Session,
  { manifest }: Verified,
  tenant: string,
): Promise<void> {
  const mapped = (text: string) => text.replaceAll(manifest.tenant.id, tenant);
  const tables = new Map((await readTables(target, target)).map((table) => [table.name, table]));
  const contents = contentsOf(manifest, tables);
  const counts = new Map<string, number>();

  // Parents were written first, and are read first.
  for await (const { name, chunks } of readTar(path)) {
    const content = contents.get(name);
    if (content && "table" in content) {
      const { table } = content;
      const rows: Rows = JSON.parse(mapped((await all(chunks)).toString()));
      await loadRows(target, tenant, table, rows);
      counts.set(table.name, (counts.get(table.name) ?? 0) + rows.length);
    }
    if (content && "key" in content) {
      if (!bucket)
        throw new Fault(`The archive holds objects: name their bucket in EXPORTS_BUCKET.`);
      await bucket.putStream(mapped(content.key), chunks, content.content_type);
    }
  }
  for (const { name, rows } of manifest.tables) {
    if ((counts.get(name) ?? 0) !== rows) throw new Fault(`${name} should have had ${rows} rows.`);
    say(`${name}: ${rows} rows`);
  }
}

type Content = { table: Table } | Manifest["objects"][number];

function contentsOf(manifest: Manifest, tables: Map<string, Table>): Map<string, Content> {
  const contents = new Map<string, Content>(
    manifest.objects.map((object) => [object.file, object]),
  );
  for (const { name, columns, files } of manifest.tables) {
    const table = tables.get(name);
    if (!table || table.columns.map((column) => column.name).join() !== columns.join()) {
      throw new Fault(`${name} is not the table that was archived.`);
    }
    for (const file of files) contents.set(file, { table });
  }
  return contents;
}

async function loadRows(target: Session, tenant: string, table: Table, rows: Rows): Promise<void> {
  const places = table.key.map(({ name }) =>
    table.columns.findIndex((column) => column.name === name),
  );
  const keys: Key[] = rows.map((row) => places.map((place) => row[place] ?? null));
  const missing = await missingFrom(target, tenant, table, keys);
  const due = (_: unknown, index: number) => missing.has(index);
  await replaceRows(target, tenant, table, keys.filter(due), rows.filter(due));

  const lines = (some: Rows) => some.map((row) => JSON.stringify(row)).sort();
  const written = lines(await readRows(target, tenant, table, keys));
  const told = lines(rows);
  if (written.length !== told.length || written.some((line, index) => line !== told[index])) {
    throw new Fault(`${table.name} does not hold what the archive does. Nothing was restored.`);
  }
}
