import { extname } from "node:path";
import { SynthError } from "../synth-error.ts";

// Said by us and not by a library: S3 sends what it was told, browsers are told not to guess
// (nosniff), and a kind of file that nobody thought of is better refused here than served wrong.
const TYPES: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

/** @throws SynthError for a kind of file that the site does not serve. */
export function contentTypeOf(path: string): string {
  const type = TYPES[extname(path)];
  if (type) return type;
  throw new SynthError(
    `The site has no content type for ${path}: add its extension to infra/site/content-type.ts, ` +
      "or keep the file out of the console's build.",
  );
}
