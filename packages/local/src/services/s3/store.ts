import type { State } from "../state/index.ts";
import type { S3Object } from "./types.ts";

export type ObjectRow = S3Object & { file: string };
export type ObjectStore = ReturnType<typeof openObjectStore>;

const COLUMNS =
  'key, file, size, etag, modified_at as "modifiedAt", headers, metadata, checksum, encryption';

/** Everything about objects but their bodies, in SQLite. Keys compare as UTF-8 bytes, as in S3. */
export function openObjectStore({ db, transaction }: State) {
  const find = db.prepare(`select ${COLUMNS} from objects where bucket = ? and key = ?`);
  const upsert = db.prepare("insert or replace into objects values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const remove = db.prepare("delete from objects where bucket = ? and key = ?");
  const after = db.prepare(`select ${COLUMNS} from objects
    where bucket = ? and key >= ? order by key limit 1`);
  const bucket = db.prepare("insert into buckets values (?, ?) on conflict do nothing");

  const get = (name: string, key: string) => {
    const row = find.get(name, Buffer.from(key));
    return row && objectRow(row);
  };

  return {
    get,
    rememberBucket: (name: string, now: number) => bucket.run(name, now),
    files: () =>
      new Set(
        db
          .prepare("select file from objects")
          .all()
          .map((row) => String(row.file)),
      ),
    /** Stores a row and returns the one it replaced. The check gets that one and may throw. */
    put(name: string, row: ObjectRow, check: (current: S3Object | undefined) => void) {
      return transaction(() => {
        const current = get(name, row.key);
        check(current);
        upsert.run(
          name,
          Buffer.from(row.key),
          row.file,
          row.size,
          row.etag,
          row.modifiedAt,
          JSON.stringify(row.headers),
          JSON.stringify(row.metadata),
          row.checksum ? JSON.stringify(row.checksum) : null,
          JSON.stringify(row.encryption),
        );
        return current;
      });
    },
    delete(name: string, key: string) {
      return transaction(() => {
        const current = get(name, key);
        remove.run(name, Buffer.from(key));
        return current;
      });
    },
    /** The first object whose key is not below the given bytes. */
    firstFrom(name: string, from: Buffer) {
      const row = after.get(name, from);
      return row && objectRow(row);
    },
  };
}

function objectRow(row: Record<string, unknown>): ObjectRow {
  return {
    ...(row as ObjectRow),
    key: Buffer.from(row.key as Uint8Array).toString(),
    headers: JSON.parse(String(row.headers)),
    metadata: JSON.parse(String(row.metadata)),
    checksum: row.checksum === null ? undefined : JSON.parse(String(row.checksum)),
    encryption: JSON.parse(String(row.encryption)),
  };
}
