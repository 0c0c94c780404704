import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { SynthError } from "../synth-error.ts";
import { contentTypeOf } from "./content-type.ts";

/** One object of the site's bucket. */
export interface SiteFile {
  /** Path below the site, and key in the bucket: `projects/index.html`. */
  readonly key: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** What a release of the site consists of. */
export interface Site {
  readonly folder: string;
  /** By key. */
  readonly files: readonly SiteFile[];
  /** Of every name and byte, in hexadecimal: when it changes, CloudFormation uploads the site. */
  readonly digest: string;
}

/** Astro puts the hash of a file's content into its name, for files in this folder and no others. */
export const HASHED = "_astro/";

export const NOT_FOUND = "404.html";

// The files travel in the bundle of functions/site and are held in memory one after the other. A
// console is two megabytes; what is ten times as large has a video or a source map in it by mistake.
const MOST_FILES = 1_000;
const MOST_BYTES = 25 * 1024 * 1024;

/**
 * Reads a built site.
 *
 * @throws SynthError for a site without its two pages, one that is too large, or a kind of file that has
 * no content type.
 */
export function readSite(folder: string): Site {
  const keys = keysIn(folder);
  for (const page of ["index.html", NOT_FOUND]) {
    if (!keys.includes(page)) throw new SynthError(`The site in ${folder} has no ${page}.`);
  }
  const hash = createHash("sha256");
  let bytes = 0;
  for (const key of keys) {
    const contents = readFileSync(join(folder, key));
    // The lengths keep two different sets of files from running together into one text.
    hash.update(`${key} ${contents.length}\n`).update(contents);
    bytes += contents.length;
  }
  if (keys.length > MOST_FILES || bytes > MOST_BYTES) {
    throw new SynthError(
      `The site in ${folder} has ${keys.length} files and ${bytes} bytes, more than the ` +
        `${MOST_FILES} files or ${MOST_BYTES} bytes that functions/site carries. Serve large files from elsewhere.`,
    );
  }
  return { folder, files: keys.map(fileOf), digest: hash.digest("hex") };
}

function keysIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}

const fileOf = (key: string): SiteFile => ({
  key,
  contentType: contentTypeOf(key),
  // `no-cache` is "ask before each use": CloudFront and browsers revalidate by ETag, and so a release
  // needs no invalidation.
  cacheControl: key.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache",
});
