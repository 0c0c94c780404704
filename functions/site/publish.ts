import type { SiteBucket } from "./bucket.ts";
import { mapConcurrent } from "./map-concurrent.ts";
import type { Release, ReleasedFile } from "./release.ts";
import { retire } from "./retire.ts";

/** Pages link to the other files. */
const isPage = ({ key }: ReleasedFile) => key.endsWith(".html");

/**
 * Uploads a release. Pages are uploaded after all files that they link to, so the scripts of a page exist
 * before the page does, and a failed upload leaves the pages of the release before. It is idempotent.
 *
 * @returns the number of files uploaded, and of old files deleted.
 */
export async function publish(release: Release, bucket: SiteBucket, now = new Date()) {
  const upload = async (file: ReleasedFile) => {
    try {
      await bucket.put(file, await release.read(file.key));
    } catch (error) {
      throw new Error(`${file.key} was not uploaded: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
  const { files } = release;
  await mapConcurrent(
    files.filter((file) => !isPage(file)),
    upload,
  );
  await mapConcurrent(files.filter(isPage), upload);
  const removed = await retire(bucket, new Set(files.map(({ key }) => key)), now);
  return { put: files.length, removed };
}

/**
 * Deletes every file. The bucket's lifecycle decides how long S3 keeps their versions.
 *
 * @returns the number of files.
 */
export async function empty(bucket: SiteBucket): Promise<number> {
  const keys = await bucket.list();
  await mapConcurrent(keys, bucket.delete);
  return keys.length;
}
