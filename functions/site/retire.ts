import { logger } from "@bulkhead/telemetry";
import { z } from "zod";
import type { SiteBucket } from "./bucket.ts";
import { mapConcurrent } from "./map-concurrent.ts";

/** The date, in ISO 8601, on which each retired file left the site. The site serves no such path. */
const RETIRED = "retired.json";

const Retired = z.record(z.string(), z.iso.datetime());

/**
 * A file that is no longer in the release stays for 30 days: pages that are open in a browser load scripts
 * of their own release, and a rollback needs its files.
 */
const GRACE_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/**
 * Records the files that are no longer in the release, and deletes those whose grace period is over. S3's
 * own date does not help: it is that of the upload, which may be years before the file left.
 *
 * @returns the number of files deleted.
 */
export async function retire(bucket: SiteBucket, current: ReadonlySet<string>, now: Date) {
  const before = await readRetired(bucket);
  const retired = (await bucket.list())
    .filter((key) => key !== RETIRED && !current.has(key))
    .map((key) => ({ key, since: before[key] ?? now.toISOString() }));

  const isOver = ({ since }: { since: string }) =>
    now.getTime() - Date.parse(since) > GRACE_MILLISECONDS;
  const expired = retired.filter(isOver);
  await mapConcurrent(expired, ({ key }) => bucket.delete(key));

  const kept = retired.filter((file) => !isOver(file));
  await bucket.put(
    { key: RETIRED, contentType: "application/json", cacheControl: "no-store" },
    JSON.stringify(Object.fromEntries(kept.map(({ key, since }) => [key, since]))),
  );
  return expired.length;
}

/** Without a valid list every grace period restarts, so no file is deleted too early. */
async function readRetired(bucket: SiteBucket): Promise<Record<string, string>> {
  const text = (await bucket.read(RETIRED)) ?? "{}";
  try {
    return Retired.parse(JSON.parse(text));
  } catch {
    logger.warn("retired files list invalid", { key: RETIRED });
    return {};
  }
}
