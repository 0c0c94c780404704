import { json } from "node:stream/consumers";
import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import type { Log } from "../log.ts";
import { keysOf, missingFrom } from "../rows/keys.ts";
import { deleteRows, type Rows, readRows, replaceRows } from "../rows/rows.ts";
import type { Key } from "../rows/sql.ts";
import { readTables, type Table } from "../rows/table.ts";
import type { Bucket } from "./bucket.ts";
import type { Manifest } from "./manifest.ts";
import { readArchive } from "./read.ts";
import { tenantRewrite } from "./rewrite.ts";

export type Load = {
  path: string;
  bucket: Bucket | undefined;
  log: Log;
  /** Throws when the load must stop. Called before each file. */
  check?(): void;
};

/** The trail stays on record, whatever is restored: it is added to and never replaced. */
const isTrail = ({ name }: Table) => name.startsWith("audit.");

/** @throws OperatorError naming a table that has rows, unless they may be replaced */
export async function removeRows(
  target: Session,
  tenant: string,
  tables: readonly Table[],
  replace: boolean,
): Promise<void> {
  for (const table of tables.filter((one) => !isTrail(one)).toReversed()) {
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      if (!replace) {
        throw new OperatorError(
          `The tenant has rows in ${table.name}. Export it first, then add --replace if they may be lost.`,
        );
      }
      await deleteRows(target, tenant, table, keys);
    }
  }
}

/**
 * Writes every row and object of an archive, and reads each row back. The rows and objects become the given
 * tenant's.
 *
 * @throws OperatorError when a row that was read back differs
 */
export async function loadArchive(
  { path, bucket, log, check }: Load,
  target: Session,
  manifest: Manifest,
  tenant: string,
): Promise<void> {
  const rewrite = await tenantRewrite(target, manifest.tenant.id, tenant);
  const contents = contentsOf(manifest, await readTables(target, target));
  const counts = new Map<string, number>();

  // An archive lists parents before the tables that refer to them.
  for await (const { name, chunks } of readArchive(path)) {
    check?.();
    const content = contents.get(name);
    if (content && "columns" in content) {
      const rows = rewrite.rows(content, (await json(chunks)) as Rows);
      await loadRows(target, tenant, content, rows);
      counts.set(content.name, (counts.get(content.name) ?? 0) + rows.length);
    } else if (content) {
      if (!bucket) {
        throw new OperatorError("The archive holds objects: set EXPORTS_BUCKET to their bucket.");
      }
      await bucket.putStream(rewrite.key(content.key), chunks, content.content_type);
    }
  }
  for (const { name, rows } of manifest.tables) {
    const loaded = counts.get(name) ?? 0;
    if (loaded !== rows) {
      throw new OperatorError(`The archive has ${loaded} rows of ${name}, not ${rows}.`);
    }
    log("rows restored", { table: name, rows });
  }
}

type Content = Table | Manifest["objects"][number];

/** By file: the table or the object that it is the content of. */
function contentsOf(manifest: Manifest, tables: readonly Table[]): Map<string, Content> {
  const contents = new Map<string, Content>(
    manifest.objects.map((object) => [object.file, object]),
  );
  for (const { name, columns, files } of manifest.tables) {
    const table = tables.find((one) => one.name === name);
    if (!table || table.columns.map((column) => column.name).join() !== columns.join()) {
      throw new OperatorError(
        `${name} has other columns than in the archive. Deploy the version that wrote it.`,
      );
    }
    for (const file of files) contents.set(file, table);
  }
  return contents;
}

async function loadRows(target: Session, tenant: string, table: Table, rows: Rows): Promise<void> {
  const indexes = table.key.map(({ name }) =>
    table.columns.findIndex((column) => column.name === name),
  );
  const keys: Key[] = rows.map((row) => indexes.map((index) => row[index] ?? null));
  const missing = await missingFrom(target, tenant, table, keys);
  const isMissing = (_: unknown, index: number) => missing.has(index);
  await replaceRows(target, tenant, table, keys.filter(isMissing), rows.filter(isMissing));

  const sorted = (some: Rows) => some.map((row) => JSON.stringify(row)).sort();
  const [written, expected] = [sorted(await readRows(target, tenant, table, keys)), sorted(rows)];
  if (written.length !== expected.length || written.some((row, n) => row !== expected[n])) {
    throw new OperatorError(
      `${table.name} does not hold the archive's rows after writing them. Nothing was restored: find what else writes it.`,
    );
  }
}
