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

/** A release of the site. */
export interface Site {
  readonly folder: string;
  /** By key. */
  readonly files: readonly SiteFile[];
  /** sha256 of all names and bytes, in hex: when it changes, CloudFormation publishes the site. */
  readonly digest: string;
}

/** The folder of the files whose names contain a hash of their content, as Astro builds them. */
export const HASHED = "_astro/";

export const NOT_FOUND = "404.html";

// The bundle of functions/site contains the files. The console is two megabytes; a build of more than
// ten times that contains a video or a source map by mistake.
const MAXIMUM_FILES = 1_000;
const MAXIMUM_BYTES = 25 * 1024 * 1024;

/**
 * Reads a built site.
 *
 * @throws SynthError for a site without its two pages, one that is too large, or a file without a content
 * type.
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
    // With the lengths, no two sets of files are hashed as the same bytes.
    hash.update(`${key} ${contents.length}\n`).update(contents);
    bytes += contents.length;
  }
  if (keys.length > MAXIMUM_FILES || bytes > MAXIMUM_BYTES) {
    throw new SynthError(
      `The site in ${folder} has ${keys.length} files and ${bytes} bytes, more than the ` +
        `${MAXIMUM_FILES} files or ${MAXIMUM_BYTES} bytes that functions/site carries. Serve large files from another place.`,
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
  // With `no-cache`, CloudFront and browsers revalidate by ETag before each use, so a release needs no
  // invalidation.
  cacheControl: key.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache",
});
