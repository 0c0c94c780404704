import type { SiteBucket } from "./bucket.ts";
import { inLanes } from "./lanes.ts";
import type { Release, ReleasedFile } from "./release.ts";
import { retire } from "./retire.ts";

/** Where a page is, and not a file that a page names. */
const isPage = ({ key }: ReleasedFile) => key.endsWith(".html");

/**
 * Puts a release in place. Pages come after everything that they name, and so whoever is served a
 * page gets its scripts; an upload that breaks off leaves the pages of the release before. Doing it
 * again changes nothing.
 *
 * @returns how many files were put, and how many of earlier releases were taken away.
 */
export async function publish(release: Release, bucket: SiteBucket, now = new Date()) {
  const put = async (file: ReleasedFile) => {
    try {
      await bucket.put(file, await release.read(file.key));
    } catch (error) {
      throw new Error(`${file.key} was not uploaded: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
  const { files } = release;
  await inLanes(
    files.filter((file) => !isPage(file)),
    put,
  );
  await inLanes(files.filter(isPage), put);
  const removed = await retire(bucket, new Set(files.map(({ key }) => key)), now);
  return { put: files.length, removed };
}

/**
 * Takes every file away. S3 keeps a version of each for as long as the bucket's lifecycle says.
 *
 * @returns how many there were.
 */
export async function empty(bucket: SiteBucket): Promise<number> {
  const keys = await bucket.list();
  await inLanes(keys, bucket.delete);
  return keys.length;
}
