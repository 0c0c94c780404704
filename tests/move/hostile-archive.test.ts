import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract, type Header, pack } from "tar-stream";
import { expect, it } from "vitest";
import type { Manifest } from "../../packages/operator/src/archive/manifest.ts";
import { archivePath, exportedTenant } from "./archives.ts";
import { rowsOf } from "./support.ts";

type Entry = Pick<Header, "name"> & Partial<Header> & { content: Buffer };

/** The archive's entries, and its manifest: what `change` makes of them is written and counts as trusted. */
async function repack(file: string, change: (entries: Entry[], manifest: Manifest) => Entry[]) {
  const tar = extract();
  const input = pipeline(createReadStream(file), tar);
  const entries: Entry[] = [];
  for await (const entry of tar) {
    entries.push({
      name: entry.header.name,
      content: await buffer(entry as AsyncIterable<Buffer>),
    });
  }
  await input;

  const manifest: Manifest = JSON.parse(String(entries.at(-2)?.content));
  const changed = change(entries, manifest);
  const text = Buffer.from(JSON.stringify(manifest));
  const path = archivePath();
  const archive = pack();
  const output = pipeline(archive, createWriteStream(path));
  for (const { content, ...header } of changed) {
    if (header.type === "symlink") archive.entry({ ...header, linkname: String(content) });
    else archive.entry(header, header.name === "manifest.json" ? text : content);
  }
  archive.finalize();
  await output;
  return { path, trusted: createHash("sha256").update(text).digest("hex") };
}

const content = Buffer.from("[]");
const listed = (name: string) => ({
  name,
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

const HOSTILE: Record<string, [(entries: Entry[], manifest: Manifest) => Entry[], string]> = {
  "a path that leads out": [
    (entries, { files }) => {
      files.unshift(listed("../evil"));
      return [{ name: "../evil", content }, ...entries];
    },
    'Unexpected entry "../evil" (file)',
  ],
  "an absolute path": [
    (entries) => [{ name: "/etc/evil", content }, ...entries],
    'Unexpected entry "/etc/evil" (file)',
  ],
  "a symbolic link": [
    (entries) => [{ name: "link", type: "symlink", content: Buffer.from("/etc") }, ...entries],
    'Unexpected entry "link" (symlink)',
  ],
  "a second manifest": [
    (entries) => [...entries.slice(0, -1), ...entries.slice(-2)],
    'Unexpected entry "manifest.json" (file)',
  ],
  "an entry twice": [(entries) => [...entries.slice(0, 1), ...entries], 'Unexpected entry "rows/'],
  "an entry that the manifest does not list": [
    (entries) => [...entries.slice(0, -2), { name: "extra", content }, ...entries.slice(-2)],
    "Unexpected entry extra in the archive: the manifest does not list it.",
  ],
  "an entry that belongs to no table": [
    (entries, { files }) => {
      files.push(listed("extra"));
      return [...entries.slice(0, -2), { name: "extra", content }, ...entries.slice(-2)];
    },
    "extra belongs to no table and no object",
  ],
  "an object without content": [
    (entries, { objects, tenant }) => {
      objects.push({
        key: `exports/${tenant.id}/b`,
        content_type: "text/plain",
        file: "objects/9",
      });
      return entries;
    },
    "objects/9 is missing, or listed twice",
  ],
  "one file for two objects": [
    (entries, { objects }) => {
      objects.push(...objects);
      return entries;
    },
    "is missing, or listed twice",
  ],
  "an object of another tenant": [
    (entries, { objects }) => {
      for (const object of objects) object.key = "exports/another/a.json";
      return entries;
    },
    "the object exports/another/a.json is not the tenant's",
  ],
  "another size than listed": [
    (entries, { files }) => {
      for (const file of files) file.bytes += 1;
      return entries;
    },
    "is not as the manifest lists it",
  ],
  "other content than listed": [
    (entries) =>
      entries.map((entry) => ({
        ...entry,
        content: Buffer.from(entry.content.map((byte) => byte ^ 1)),
      })),
    "is not as the manifest lists it",
  ],
  "an entry after the seal": [
    (entries) => [...entries, { name: "extra", content }],
    "Unexpected entry extra (2 bytes) in the archive: expected its files, manifest.json and seal",
  ],
  "a seal that is too large": [
    (entries) => [...entries.slice(0, -1), { name: "seal", content: Buffer.alloc(65) }],
    "Unexpected entry seal (65 bytes)",
  ],
  "no seal": [(entries) => entries.slice(0, -1), "no manifest or no seal"],
};

it("a trusted archive is refused for each way in which it can be hostile, and nothing changes", async () => {
  const { home, tenant, bucket, file, restore } = await exportedTenant();
  const before = [await rowsOf(home, tenant), new Map(bucket.stored)];
  for (const [what, [change, reason]] of Object.entries(HOSTILE)) {
    const { path, trusted } = await repack(file, change);
    await expect(
      restore(path, bucket, { into: tenant, replace: true, trusted }),
      what,
    ).rejects.toMatchObject({ name: "OperatorError", message: expect.stringContaining(reason) });
  }
  expect([await rowsOf(home, tenant), bucket.stored]).toEqual(before);

  const { path, trusted } = await repack(file, (entries) => entries);
  await restore(path, bucket, { into: tenant, replace: true, trusted });
});
