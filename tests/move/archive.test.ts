import { randomUUID } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, inject, it } from "vitest";
import { operatorPair, rowsOf, seedTenant, tamper } from "./support.ts";

/** A bucket in memory: S3's own protocol is tested with the objects' port. */
function bucketOf(files: Record<string, string> = {}) {
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

const archivePath = () => path.join(inject("scratch"), `${randomUUID()}.tar`);

async function archived() {
  const pair = await operatorPair();
  const person = await pair.home.newPerson();
  const tenant = person.tenantId;
  await seedTenant(pair.home, tenant, 30);
  const key = `exports/${tenant}/file.json`;
  const bucket = bucketOf({ [key]: "ünïcode ⚓", [`exports/${randomUUID()}/x`]: "another's" });
  const file = archivePath();
  const digest = await pair.export(tenant, file, bucket);
  return { ...pair, person, tenant, key, bucket, file, digest };
}

it("a tenant is restored to the moment of its export, and its trail loses nothing", async () => {
  const { home, tenant, bucket, key, file, restore, move } = await archived();
  const before = await rowsOf(home, tenant);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await tamper(home, "update app.projects set name = 'spoilt' where tenant_id = $1", [tenant]);
  await tamper(home, "delete from app.jobs where tenant_id = $1", [tenant]);
  bucket.stored.delete(key);

  await expect(restore(file, bucket, { into: tenant })).rejects.toThrow("add --replace");
  await restore(file, bucket, { into: tenant, replace: true });
  const after = await rowsOf(home, tenant);
  expect({ ...after, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  expect(after["audit.events"]).toEqual(expect.arrayContaining(before["audit.events"] ?? []));
  expect(bucket.stored.get(key)).toBe("ünïcode ⚓");
  const paused = "select from auth.tenants where writes_paused_until is not null";
  expect(await home.sql(paused)).toEqual([]);

  // Old rows that a move has kept must not be confused with the restored ones.
  await move(tenant, "annex");
  await expect(restore(file, bucket, { into: tenant, replace: true })).rejects.toMatchObject({
    message: "move.open",
    detail: "A move to annex is under way. Finish or abort it first.",
  });
});

it("a tenant that lives in its own database is exported and restored there", async () => {
  const pair = await operatorPair();
  const tenant = (await pair.home.newPerson()).tenantId;
  await seedTenant(pair.home, tenant, 30);
  await pair.move(tenant, "annex");
  await pair.finish(tenant);
  const before = await rowsOf(pair.annex, tenant);
  const file = archivePath();
  await pair.export(tenant, file, undefined);
  await tamper(pair.annex, "delete from app.projects where tenant_id = $1", [tenant]);

  await pair.restore(file, undefined, { into: tenant, replace: true });
  const after = await rowsOf(pair.annex, tenant);
  expect({ ...after, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  const paused = "select from auth.tenants where writes_paused_until is not null";
  expect([await pair.home.sql(paused), await pair.annex.sql(paused)]).toEqual([[], []]);
});

it("a new tenant is made from an archive, with the rows' own ids, and does no job twice", async () => {
  const { home, tenant, bucket, key, file, restore, person } = await archived();
  const [user] = await home.sql("select email from auth.users where id = $1", [person.userId]);
  const owner = String(user?.email);

  const created = await restore(file, bucket, { as: "acme-copy", owner });
  const [old, copy] = [await rowsOf(home, tenant), await rowsOf(home, created)];
  expect(copy["app.projects"]).toEqual(
    old["app.projects"]?.map((row) => row.replaceAll(tenant, created)),
  );
  expect(bucket.stored.get(key.replace(tenant, created))).toBe("ünïcode ⚓");
  const open =
    "select error ->> 'code' as code from app.jobs where tenant_id = $1 and state = 'failed'";
  expect(await home.sql(open, [created])).toEqual([{ code: "job.not_restored" }]);
  expect(
    await home.sql("select from app.jobs where tenant_id = $1 and slot = 1", [tenant]),
  ).toHaveLength(1);

  await expect(restore(file, bucket, { as: "acme-copy", owner })).rejects.toMatchObject({
    code: "BH409",
  });
  await expect(
    restore(file, bucket, { as: "other", owner: "unknown@example.test" }),
  ).rejects.toMatchObject({ code: "BH404" });
});

it("an archive that is cut off, changed, or of another installation or schema restores nothing", async () => {
  const { home, annex, tenant, bucket, file, digest, restore } = await archived();
  const before = await rowsOf(home, tenant);
  const whole = await readFile(file);
  const spoilt = async (spoil: (archive: Buffer) => Buffer) => {
    const copy = archivePath();
    await writeFile(copy, spoil(Buffer.from(whole)));
    return restore(copy, bucket, { into: tenant, replace: true });
  };
  const at = (text: string) => whole.indexOf(text);

  await expect(spoilt((archive) => archive.subarray(0, archive.length / 2))).rejects.toThrow(
    "cut off",
  );
  await expect(spoilt((archive) => archive.subarray(0, -2048))).rejects.toThrow("cut off");
  await expect(
    spoilt((archive) => archive.fill("q", at("quoted"), at("quoted") + 1 + 5)),
  ).rejects.toThrow("is not as the manifest lists it");
  await expect(
    spoilt((archive) => archive.fill("9", at('"job_limit": ') + 13, at('"job_limit": ') + 14)),
  ).rejects.toThrow("was not sealed by this installation, or was changed since");
  await expect(spoilt((archive) => archive.fill("9", 140, 141))).rejects.toThrow(
    "Invalid tar header",
  );
  await expect(spoilt(() => Buffer.alloc(0))).rejects.toThrow("cut off");

  await home.sql("update app.signing_keys set key = sha256('another')");
  await expect(restore(file, bucket, { into: tenant, replace: true })).rejects.toThrow(
    "not sealed by this installation",
  );
  const [user] = await home.sql("select email from auth.users limit 1");
  await restore(file, bucket, { as: "trusted", owner: String(user?.email), trusted: digest });
  await home.sql("update public.schema_migrations set checksum = 'x' where name like '0008%'");
  await expect(
    restore(file, bucket, { as: "again", owner: String(user?.email), trusted: digest }),
  ).rejects.toThrow("home and the archive have different schemas: 0008_jobs.sql");
  expect({ ...(await rowsOf(home, tenant)), "audit.events": null }).toEqual({
    ...before,
    "audit.events": null,
  });
  expect(await annex.sql("select from app.projects")).toEqual([]);
});
