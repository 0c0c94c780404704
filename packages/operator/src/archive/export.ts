import { createHash } from "node:crypto";
import type { DatabaseDirectory } from "../database/directory.ts";
import { call, inSnapshot, type Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import type { Log } from "../log.ts";
import { readLedger } from "../rows/compatibility.ts";
import { keysOf } from "../rows/keys.ts";
import { readRows } from "../rows/rows.ts";
import { readTables, type Table } from "../rows/table.ts";
import { admitSession } from "../tenant/admit.ts";
import type { Move, Tenant } from "../tenant/record.ts";
import { type Bucket, objectPrefix } from "./bucket.ts";
import type { Manifest } from "./manifest.ts";
import { type ArchiveWriter, writeArchive } from "./write.ts";

/**
 * Writes all rows and objects of a tenant, from one snapshot, to one file, while the tenant works. It holds
 * no secret: sessions, members and API keys are not the tenant's rows.
 *
 * @returns sha256 of the manifest, in hex
 */
export async function exportTenant(
  directory: DatabaseDirectory,
  home: Session,
  tenant: Tenant,
  path: string,
  bucket: Bucket | undefined,
  log: Log,
): Promise<string> {
  const source = await directory.open(tenant.placement);
  try {
    const move = await call<Move>(source, "begin_export", tenant.id);
    try {
      await admitSession(source, move);
      const tables = await readTables(source, source);
      const digest = await writeArchive(path, (archive) =>
        inSnapshot(source, async () => {
          const manifest = await addContents(archive, source, tenant, tables, bucket, log);
          const text = `${JSON.stringify(manifest, null, 2)}\n`;
          const sha256 = createHash("sha256").update(text).digest();
          await archive.add("manifest.json", text);
          const seal = await call<Buffer>(home, "archive_seal", sha256);
          await archive.add("seal", seal.toString("hex"));
          return sha256.toString("hex");
        }),
      );
      await call(source, "note_archive", move.id, digest);
      await call(source, "end_move", move.id, "finished");
      return digest;
    } catch (error) {
      // The operator reads the tenant's rows for as long as the export is open; the next export ends a lost one.
      await call(source, "end_move", move.id, "aborted").catch(() => {});
      throw error;
    }
  } finally {
    await source.end();
  }
}

async function addContents(
  archive: ArchiveWriter,
  source: Session,
  tenant: Tenant,
  tables: readonly Table[],
  bucket: Bucket | undefined,
  log: Log,
): Promise<Manifest> {
  const [row] = await source.texts(
    "select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), current_setting('server_version_num')::int / 10000",
  );
  const written: Manifest["tables"] = [];
  for (const table of tables) {
    const added = await addTable(archive, source, tenant.id, table);
    written.push(added);
    log("rows exported", { table: table.name, rows: added.rows });
  }
  const objects = bucket ? await addObjects(archive, tenant.id, bucket) : [];
  log("objects exported", { objects: objects.length });
  return {
    format: "bulkhead-tenant",
    version: 1,
    tenant: {
      id: tenant.id,
      slug: tenant.slug,
      name: tenant.name,
      job_limit: tenant.job_limit,
      place: tenant.placement,
    },
    taken_at: row?.[0] ?? "",
    postgres: row?.[1] ?? "",
    ledger: (await readLedger(source)).map(({ name, checksum }) => ({ name, checksum })),
    tables: written,
    objects,
    files: [...archive.files],
  };
}

async function addTable(archive: ArchiveWriter, source: Session, tenant: string, table: Table) {
  const files: string[] = [];
  let rows = 0;
  for await (const { keys } of keysOf(source, tenant, table, { buckets: "all" })) {
    const name = `rows/${table.name}/${String(files.length + 1).padStart(6, "0")}.json`;
    await archive.add(name, JSON.stringify(await readRows(source, tenant, table, keys)));
    files.push(name);
    rows += keys.length;
  }
  return { name: table.name, columns: table.columns.map((column) => column.name), rows, files };
}

async function addObjects(
  archive: ArchiveWriter,
  tenant: string,
  bucket: Bucket,
): Promise<Manifest["objects"]> {
  const objects: Manifest["objects"] = [];
  for await (const key of bucket.list(objectPrefix(tenant))) {
    const object = await bucket.open(key);
    // It may have expired since it was listed.
    if (!object) continue;
    if (object.bytes >= 8 * 1024 ** 3) {
      throw new OperatorError(
        `${key} has ${object.bytes} bytes and an archive's file at most 8 GiB: remove it, or export --without-objects.`,
      );
    }
    const file = `objects/${String(objects.length + 1).padStart(6, "0")}`;
    await archive.addStream(file, object.bytes, object.chunks);
    objects.push({ key, content_type: object.contentType, file });
  }
  return objects;
}
