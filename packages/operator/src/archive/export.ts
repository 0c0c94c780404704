import { createHash } from "node:crypto";
import type { Objects } from "@bulkhead/aws/objects";
import { Fault } from "../fault.ts";
import { enter } from "../move/course.ts";
import type { Say } from "../move/move.ts";
import { call, type Move, type Tenant } from "../move/record.ts";
import { readLedger } from "../place/alike.ts";
import type { House } from "../place/house.ts";
import { inSnapshot, type Session } from "../place/session.ts";
import { keysOf } from "../rows/keys.ts";
import { readTables, type Table } from "../rows/table.ts";
import { readRows } from "../rows/write.ts";
import type { Manifest } from "./manifest.ts";
import { type ArchiveWriter, writeArchive } from "./write.ts";

/** What an archive takes from the bucket and puts there. Undefined: the archive is made without. */
export type Bucket = Pick<Objects, "list" | "open" | "putStream"> | undefined;

/**
 * Writes everything of a tenant, as it is at one moment, to one file, while the tenant works. No secret is
 * in it: sessions, members and API keys are not the tenant's rows and stay.
 *
 * @returns sha256 of the manifest, in hex
 */
export async function exportTenant(
  house: House,
  home: Session,
  tenant: Tenant,
  path: string,
  bucket: Bucket,
  say: Say,
): Promise<string> {
  const source = await house.open(tenant.placement);
  try {
    const move = await call<Move>(source, "begin_export", tenant.id);
    await enter(source, move);
    const tables = await readTables(source, source);
    const digest = await writeArchive(path, (archive) =>
      inSnapshot(source, async () => {
        const manifest = await fill(archive, source, tenant, tables, bucket, say);
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
  } finally {
    await source.end();
  }
}

async function fill(
  archive: ArchiveWriter,
  source: Session,
  tenant: Tenant,
  tables: readonly Table[],
  bucket: Bucket,
  say: Say,
): Promise<Manifest> {
  const [now] = await source.texts(
    "select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), current_setting('server_version_num')::int / 10000",
  );
  const written: Manifest["tables"] = [];
  for (const table of tables) {
    written.push(await fillTable(archive, source, tenant.id, table));
    say(`${table.name}: ${written.at(-1)?.rows} rows`);
  }
  const objects = bucket ? await fillObjects(archive, tenant.id, bucket) : [];
  say(`${objects.length} objects`);
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
    taken_at: now?.[0] ?? "",
    postgres: now?.[1] ?? "",
    ledger: (await readLedger(source)).map(({ name, checksum }) => ({ name, checksum })),
    tables: written,
    objects,
    files: [...archive.files],
  };
}

async function fillTable(archive: ArchiveWriter, source: Session, tenant: string, table: Table) {
  const files: string[] = [];
  let rows = 0;
  for await (const { keys } of keysOf(source, tenant, table, { buckets: "all" })) {
    const name = `rows/${table.name}/${String(files.length + 1).padStart(6, "0")}.json`;
    // Every value as PostgreSQL writes it, so that it is the same when it is read again.
    await archive.add(name, JSON.stringify(await readRows(source, tenant, table, keys)));
    files.push(name);
    rows += keys.length;
  }
  return { name: table.name, columns: table.columns.map((column) => column.name), rows, files };
}

async function fillObjects(
  archive: ArchiveWriter,
  tenant: string,
  bucket: NonNullable<Bucket>,
): Promise<Manifest["objects"]> {
  const objects: Manifest["objects"] = [];
  for await (const key of bucket.list(`exports/${tenant}/`)) {
    const object = await bucket.open(key);
    // It may have expired since it was listed.
    if (!object) continue;
    if (object.bytes >= 8 * 1024 ** 3) throw new Fault(`${key} is too large for an archive.`);
    const file = `objects/${String(objects.length + 1).padStart(6, "0")}`;
    await archive.addStream(file, object.bytes, object.chunks);
    objects.push({ key, content_type: object.contentType, file });
  }
  return objects;
}
