import { createHash, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { call, type Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { type ArchivedFile, type Manifest, parseManifest } from "./manifest.ts";
import { readArchive } from "./read.ts";

export type Verified = { manifest: Manifest; digest: string };

// A manifest and its seal are held in memory before the seal is known to be good.
const MAX_BYTES = new Map([
  ["manifest.json", 256 * 1024 ** 2],
  ["seal", 64],
]);

/**
 * Reads an archive from its first byte to its last before anything is done with it: every file is as the
 * manifest lists it, and the manifest was sealed by this installation.
 *
 * @param trusted the manifest's sha256, which makes an archive of another installation trusted
 * @throws OperatorError that says what is wrong
 */
export async function verifyArchive(
  path: string,
  home: Session,
  trusted: string | undefined,
): Promise<Verified> {
  const files: ArchivedFile[] = [];
  const ends: Buffer[] = [];
  for await (const { name, bytes, chunks } of readArchive(path)) {
    const limit = MAX_BYTES.get(name);
    const expectedEnds = name === "seal" ? 1 : 0;
    if (ends.length !== expectedEnds || (limit !== undefined && bytes > limit)) {
      throw new OperatorError(
        `Unexpected entry ${name} (${bytes} bytes) in the archive: expected its files, manifest.json and seal, in this order.`,
      );
    }
    if (limit !== undefined) ends.push(await buffer(chunks));
    else {
      const hash = createHash("sha256");
      for await (const chunk of chunks) hash.update(chunk);
      files.push({ name, bytes, sha256: hash.digest("hex") });
    }
  }
  const [text, seal] = ends;
  if (!text || !seal) {
    throw new OperatorError(
      "The archive is cut off: it has no manifest or no seal. Copy it again.",
    );
  }
  const digest = createHash("sha256").update(text).digest("hex");
  await requireSeal(home, digest, seal.toString(), trusted);
  const manifest = parseManifest(text.toString());
  requireSameFiles(manifest.files, files);
  return { manifest, digest };
}

async function requireSeal(home: Session, digest: string, seal: string, trusted?: string) {
  if (trusted !== undefined) {
    if (trusted.toLowerCase() === digest) return;
    throw new OperatorError(
      `The archive's digest is ${digest}, not the trusted one. Compare it with what its export has printed.`,
    );
  }
  const expected = await call<Buffer>(home, "archive_seal", Buffer.from(digest, "hex"));
  const actual = Buffer.from(seal, "hex");
  if (actual.length === expected.length && timingSafeEqual(actual, expected)) return;
  throw new OperatorError(
    "The archive was not sealed by this installation, or was changed since. If it comes from another one that you trust, ask there for its digest and add --sha256 DIGEST.",
  );
}

function requireSameFiles(listed: readonly ArchivedFile[], files: readonly ArchivedFile[]): void {
  for (const [index, { name, bytes, sha256 }] of listed.entries()) {
    const file = files[index];
    if (file?.name === name && file.bytes === bytes && file.sha256 === sha256) continue;
    throw new OperatorError(
      `The archive is damaged: ${name} is not as the manifest lists it. Copy it again.`,
    );
  }
  if (files.length > listed.length) {
    throw new OperatorError(
      `Unexpected entry ${files[listed.length]?.name} in the archive: the manifest does not list it.`,
    );
  }
}
