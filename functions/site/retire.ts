import { logger } from "@bulkhead/telemetry";
import { z } from "zod";
import type { SiteBucket } from "./bucket.ts";
import { inLanes } from "./lanes.ts";

/** When each file left the site, as ISO 8601. No page is called so, so the site does not show it. */
const RETIRED = "retired.json";

const Retired = z.record(z.string(), z.iso.datetime());

/**
 * A file that a release no longer has stays for 30 days after it left: pages that are still open in a
 * browser load scripts of their own release, and a rollback finds its files in place.
 */
const GRACE_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/**
 * Notes which files the release no longer has, and takes those away whose grace is over. S3's own
 * dates can't tell: a file's is that of its upload, which may be years before it left.
 *
 * @returns how many were taken away.
 */
export async function retire(bucket: SiteBucket, current: ReadonlySet<string>, now: Date) {
  const before = await remembered(bucket);
  const retired = (await bucket.list())
    .filter((key) => key !== RETIRED && !current.has(key))
    .map((key) => ({ key, since: before[key] ?? now.toISOString() }));

  const isOver = ({ since }: { since: string }) =>
    now.getTime() - Date.parse(since) > GRACE_MILLISECONDS;
  const gone = retired.filter(isOver);
  await inLanes(gone, ({ key }) => bucket.delete(key));

  const kept = retired.filter((file) => !isOver(file));
  await bucket.put(
    { key: RETIRED, contentType: "application/json", cacheControl: "no-store" },
    JSON.stringify(Object.fromEntries(kept.map(({ key, since }) => [key, since]))),
  );
  return gone.length;
}

/** Without a list that can be read, every grace begins anew: nothing is taken away too early. */
async function remembered(bucket: SiteBucket): Promise<Record<string, string>> {
  const text = (await bucket.read(RETIRED)) ?? "{}";
  try {
    return Retired.parse(JSON.parse(text));
  } catch {
    logger.warn(`${RETIRED} is no list of dates, and is begun anew.`);
    return {};
  }
}
