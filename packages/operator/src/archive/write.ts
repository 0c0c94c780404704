import { createHash } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { Fault } from "../fault.ts";
import type { Manifest } from "./manifest.ts";
import { END, header, padding } from "./tar.ts";

type File = Manifest["files"][number];

export type ArchiveWriter = {
  add(name: string, content: string): Promise<void>;
  addStream(name: string, bytes: number, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  files: readonly File[];
};

/**
 * Writes an archive: to a file beside it, which takes its name when it is whole. For its owner's eyes only.
 *
 * @throws Fault when there is one already
 */
export async function writeArchive<T>(
  path: string,
  work: (archive: ArchiveWriter) => Promise<T>,
): Promise<T> {
  if (await stat(path).catch(() => undefined)) {
    throw new Fault(`${path} is there already: it is not overwritten. Choose another name.`);
  }
  const part = `${path}.part`;
  const file = await open(part, "w", 0o600);
  const files: File[] = [];

  const addStream: ArchiveWriter["addStream"] = async (name, bytes, chunks) => {
    const hash = createHash("sha256");
    let written = 0;
    await file.write(header(name, bytes));
    for await (const chunk of chunks) {
      hash.update(chunk);
      written += chunk.byteLength;
      await file.writeFile(chunk);
    }
    if (written !== bytes)
      throw new Error(`${name} should have ${bytes} bytes and has ${written}.`);
    await file.write(padding(bytes));
    files.push({ name, bytes, sha256: hash.digest("hex") });
  };

  try {
    const result = await work({
      files,
      addStream,
      add(name, content) {
        const bytes = Buffer.from(content);
        return addStream(
          name,
          bytes.length,
          (async function* () {
            yield bytes;
          })(),
        );
      },
    });
    await file.write(END);
    await file.sync();
    await file.close();
    await rename(part, path);
    return result;
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}
