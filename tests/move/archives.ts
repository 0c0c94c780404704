import { randomUUID } from "node:crypto";
import path from "node:path";
import { inject } from "vitest";
import { operatorPair, seedTenant } from "./support.ts";

/** A bucket in memory: S3's own protocol is tested with the objects' port. */
export function memoryBucket(files: Record<string, string> = {}) {
  const stored = new Map(Object.entries(files));
  return {
    stored,
    async *list(prefix: string) {
      yield* [...stored.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async open(key: string) {
      const content = stored.get(key);
      if (content === undefined) return undefined;
      const bytes = Buffer.from(content);
      return { bytes: bytes.length, contentType: "application/json", chunks: of(bytes) };
    },
    async putStream(key: string, chunks: AsyncIterable<string | Uint8Array>) {
      const parts: Buffer[] = [];
      for await (const chunk of chunks) parts.push(Buffer.from(chunk));
      stored.set(key, Buffer.concat(parts).toString());
    },
  };
}

async function* of(bytes: Buffer) {
  yield bytes;
}

export const archivePath = () => path.join(inject("scratch"), `${randomUUID()}.tar`);

/** A tenant with rows and an object, and its archive. */
export async function exportedTenant() {
  const pair = await operatorPair();
  const person = await pair.home.newPerson();
  const tenant = person.tenantId;
  await seedTenant(pair.home, tenant, 30);
  const key = `exports/${tenant}/file.json`;
  const bucket = memoryBucket({ [key]: "ünïcode ⚓", [`exports/${randomUUID()}/x`]: "another's" });
  const file = archivePath();
  const digest = await pair.export(tenant, file, bucket);
  return { ...pair, person, tenant, key, bucket, file, digest };
}
