import { createHash, timingSafeEqual } from "node:crypto";
import { Fault } from "../fault.ts";
import { call } from "../move/record.ts";
import type { Session } from "../place/session.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { all, readTar } from "./tar.ts";

export type Verified = { manifest: Manifest; digest: string };

const hex = (data: Buffer) => createHash("sha256").update(data).digest("hex");

/**
 * Reads an archive from its first byte to its last before anything is done with it: every file is what
 * the manifest says, and the manifest is what this house has sealed.
 *
 * @param trusted the manifest's sha256, by which an archive of another house is trusted
 * @throws Fault that says what is wrong
 */
export async function verifyArchive(
  path: string,
  home: Session,
  trusted: string | undefined,
): Promise<Verified> {
  const found: Manifest["files"] = [];
  let manifest: Buffer | undefined;
  let seal: Buffer | undefined;
  for await (const { name, bytes, chunks } of readTar(path)) {
    if (seal) throw new Fault("The archive goes on after its seal.");
    if (name === "manifest.json") manifest = await all(chunks);
    else if (name === "seal") seal = await all(chunks);
    else {
      const hash = createHash("sha256");
      for await (const chunk of chunks) hash.update(chunk);
      found.push({ name, bytes, sha256: hash.digest("hex") });
    }
  }
  if (!manifest || !seal)
    throw new Fault("The archive has no manifest or no seal: it is not whole.");

  const digest = hex(manifest);
  await refuseForged(home, digest, seal.toString(), trusted);
  const told = parseManifest(manifest.toString());
  compareFiles(told.files, found);
  return { manifest: told, digest };
}

async function refuseForged(home: Session, digest: string, seal: string, trusted?: string) {
  if (trusted !== undefined) {
    if (trusted.toLowerCase() === digest) return;
    throw new Fault(`The archive's digest is ${digest}, not the one that is trusted.`);
  }
  const expected = await call<Buffer>(home, "archive_seal", Buffer.from(digest, "hex"));
  const given = Buffer.from(seal, "hex");
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new Fault(
    `The archive was not sealed by this installation, or was changed since. If it comes from another one that you trust, ask there for its digest and say --sha256 DIGEST.`,
  );
}

function compareFiles(told: Manifest["files"], found: Manifest["files"]): void {
  const wrong = told.find(({ name, bytes, sha256 }, index) => {
    const file = found[index];
    return file?.name !== name || file.bytes !== bytes || file.sha256 !== sha256;
  });
  if (wrong)
    throw new Fault(`The archive is damaged: ${wrong.name} is not what the manifest says.`);
  if (found.length !== told.length) {
    throw new Fault(
      `The archive holds ${found[told.length]?.name}, of which its manifest knows nothing.`,
    );
  }
}
