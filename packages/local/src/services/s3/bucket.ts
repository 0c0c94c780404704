import { createHash } from "node:crypto";
import { closeSync } from "node:fs";
import type { Files } from "./files.ts";
import { listObjects } from "./listing.ts";
import type { ObjectStore } from "./store.ts";
import type { BucketSpec, Encryption, S3Bucket, UploadDigests } from "./types.ts";

export type BucketTools = { store: ObjectStore; files: Files; now(): number };

export function openBucket(spec: BucketSpec, { store, files, now }: BucketTools): S3Bucket {
  const { name, encryption: byDefault = { algorithm: "AES256" } } = spec;
  return {
    name,
    arn: `arn:aws:s3:::${name}`,
    async put(key, body, given = {}) {
      const upload = await files.receive(body, given.checksumAlgorithm);
      try {
        given.accept?.(upload.received);
        given.precondition?.(store.get(name, key));
      } catch (error) {
        await upload.discard();
        throw error;
      }
      const file = await upload.keep();
      const { size, checksum } = upload.received;
      const { headers = {}, metadata = {}, encryption = byDefault } = given;
      const etag = etagOf(upload.received, encryption, file);
      const object = {
        key,
        size,
        etag,
        modifiedAt: now(),
        headers,
        metadata,
        checksum,
        encryption,
      };
      // Checked again inside the transaction: another upload may have finished meanwhile.
      const replaced = store.put(name, { ...object, file }, given.precondition ?? (() => {}));
      if (replaced) files.remove(replaced.file);
      return object;
    },
    head: (key) => store.get(name, key),
    get(key) {
      const row = store.get(name, key);
      if (!row) return undefined;
      const descriptor = files.open(row.file);
      let reading = false;
      return {
        object: row,
        read(range) {
          reading = true; // from now on the stream closes the file
          return files.read(descriptor, range);
        },
        close() {
          if (!reading) closeSync(descriptor);
        },
      };
    },
    delete(key) {
      const deleted = store.delete(name, key);
      if (deleted) files.remove(deleted.file);
    },
    list: (options) => listObjects((from) => store.firstFrom(name, from), options),
  };
}

/** The MD5 of the body, except under KMS, where S3's ETag is not a digest of the body. */
function etagOf(received: UploadDigests, { algorithm }: Encryption, file: string): string {
  const opaque = () => createHash("md5").update(received.md5).update(file).digest("hex");
  return `"${algorithm === "AES256" ? received.md5 : opaque()}"`;
}
