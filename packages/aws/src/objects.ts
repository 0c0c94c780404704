import { createReadStream } from "node:fs";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Objects } from "@bulkhead/core/ports";
import { bufferToFile } from "./buffer-to-file.ts";
import { clientOptions, once } from "./client.ts";

/** The objects of one bucket: the core's port, and what the operator reads an archive with. */
export type ObjectStore = Objects & {
  /** The keys that begin so, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** An object as a stream; undefined when there is none. */
  open(key: string): Promise<StoredObject | undefined>;
};

export type StoredObject = {
  bytes: number;
  contentType: string;
  chunks: AsyncIterable<Uint8Array>;
};

const LINK_SECONDS = 300;

/** The objects of one bucket. `open` gives the client. @default - the SDK's, made at first use */
export function createObjects(
  bucket: string,
  open: () => Promise<S3Client> = openClient,
): ObjectStore {
  return {
    async put(key, body, contentType) {
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      const client = await open();
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
      );
    },

    async putStream(key, chunks, contentType) {
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      const client = await open();
      // S3 wants the length before the first byte, and a checksum in a header spares the chunked form.
      await using file = await bufferToFile(chunks);
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: createReadStream(file.path),
          ContentLength: file.bytes,
          ChecksumSHA256: file.sha256,
          ContentType: contentType,
        }),
      );
    },

    async *list(prefix) {
      const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
      const pages = paginateListObjectsV2(
        { client: await open() },
        { Bucket: bucket, Prefix: prefix },
      );
      for await (const { Contents = [] } of pages) {
        for (const { Key } of Contents) if (Key) yield Key;
      }
    },

    async open(key) {
      const { GetObjectCommand, NoSuchKey } = await import("@aws-sdk/client-s3");
      const client = await open();
      try {
        const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return {
          bytes: found.ContentLength ?? 0,
          contentType: found.ContentType ?? "application/octet-stream",
          chunks: found.Body as AsyncIterable<Uint8Array>,
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async link(key, filename) {
      const [{ GetObjectCommand }, { getSignedUrl }, client] = await Promise.all([
        import("@aws-sdk/client-s3"),
        import("@aws-sdk/s3-request-presigner"),
        open(),
      ]);
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentDisposition: attachment(filename),
      });
      const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000);
      return { url: await getSignedUrl(client, command, { expiresIn: LINK_SECONDS }), expiresAt };
    },
  };
}

/** RFC 6266: a plain name for old clients, the exact one in UTF-8 (RFC 8187) for the others. */
function attachment(filename: string): string {
  const plain = filename.replace(/[^\w. -]/g, "_");
  const exact = encodeURIComponent(filename).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** A client of S3 somewhere else than the SDK looks for it: of a local cloud, or another account. */
export const clientAt = (place: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}): (() => Promise<S3Client>) =>
  once(async () => {
    const { S3Client } = await import("@aws-sdk/client-s3");
    return new S3Client({ ...clientOptions(60_000), ...place });
  });

const openClient = once(async () => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client(clientOptions(60_000));
});
