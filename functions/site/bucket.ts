import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { clientOptions } from "@bulkhead/aws/client";
import type { ReleasedFile } from "./release.ts";

export type SiteBucket = {
  name: string;
  put(file: ReleasedFile, body: Buffer | string): Promise<void>;
  /** `undefined` for a key that does not exist. */
  read(key: string): Promise<string | undefined>;
  /** Every key. */
  list(): Promise<string[]>;
  delete(key: string): Promise<void>;
};

/** The site's bucket, with the four actions that the function's role allows. */
export function openSiteBucket(
  Bucket: string,
  client = new S3Client(clientOptions(30_000)),
): SiteBucket {
  return {
    name: Bucket,
    async put({ key, contentType, cacheControl }, body) {
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          CacheControl: cacheControl,
        }),
      );
    },

    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async list() {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      return keys;
    },

    async delete(key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    },
  };
}
