import { extname } from "node:path";
import { SynthError } from "../synth-error.ts";

// A closed list: browsers must not guess (nosniff), so a file of an unknown type fails the build instead of
// being served with a wrong one.
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

/** @throws SynthError for a file extension that is not in the list. */
export function contentTypeOf(path: string): string {
  const type = TYPES[extname(path)];
  if (type) return type;
  throw new SynthError(
    `The site has no content type for ${path}: add its extension to infra/site/content-type.ts, ` +
      "or keep the file out of the console's build.",
  );
}
