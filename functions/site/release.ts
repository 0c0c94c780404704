import { readFile } from "node:fs/promises";
import { z } from "zod";

const Files = z.array(
  z.object({ key: z.string(), contentType: z.string(), cacheControl: z.string() }),
);

/** One file of the release: its key and its headers. */
export type ReleasedFile = z.infer<typeof Files>[number];

export type Release = {
  files: readonly ReleasedFile[];
  read(key: string): Promise<Buffer>;
};

/** The release in this bundle: `site.json` lists the files of `site/`. */
export async function readRelease(folder: URL): Promise<Release> {
  const files = Files.parse(JSON.parse(await readFile(new URL("site.json", folder), "utf8")));
  return { files, read: (key) => readFile(new URL(`site/${key}`, folder)) };
}
