import { randomUUID } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, inject, it } from "vitest";
import { furnish, neighbourhood, rowsOf, tamper } from "./support.ts";

/** A bucket in memory: S3's own protocol is tried where the objects' port is. */
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
  const here = await neighbourhood();
  const person = await here.home.newPerson();
  const tenant = person.tenantId;
  await furnish(here.home, tenant, 30);
  const key = `exports/${tenant}/file.json`;
  const bucket = bucketOf({ [key]: "ünïcode ⚓", [`exports/${randomUUID()}/x`]: "another's" });
  const file = archivePath();
  const digest = await here.export(tenant, file, bucket);
  return { ...here, person, tenant, key, bucket, file, digest };
}

it("a tenant is restored to the moment of its export, and its trail loses nothing", async () => {
  const { home, tenant, bucket, key, file, restore, move } = await archived();
  const before = await rowsOf(home, tenant);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await tamper(home, "update app.projects set name = 'spoilt' where tenant_id = $1", [tenant]);
  await tamper(home, "delete from app.jobs where tenant_id = $1", [tenant]);
  bucket.stored.delete(key);

  await expect(restore(file, bucket, { into: tenant })).rejects.toThrow("Say --replace");
  await restore(file, bucket, { into: tenant, replace: true });
  const after = await rowsOf(home, tenant);
  expect({ ...after, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  expect(after["audit.events"]).toEqual(expect.arrayContaining(before["audit.events"] ?? []));
  expect(bucket.stored.get(key)).toBe("ünïcode ⚓");
  const paused = "select from auth.tenants where writes_paused_until is not null";
  expect(await home.sql(paused)).toEqual([]);

  // While rows are kept where it was, they are not to be confused with those that are restored.
  await move(tenant, "annex");
  await expect(restore(file, bucket, { into: tenant, replace: true })).rejects.toMatchObject({
    message: "move.open",
    detail: "A move to annex is under way. Finish or abort it first.",
  });
});

it("a tenant that lives in its own database is exported and restored there", async () => {
  const here = await neighbourhood();
  const tenant = (await here.home.newPerson()).tenantId;
  await furnish(here.home, tenant, 30);
  await here.move(tenant, "annex");
  await here.finish(tenant);
  const before = await rowsOf(here.annex, tenant);
  const file = archivePath();
  await here.export(tenant, file, undefined);
  await tamper(here.annex, "delete from app.projects where tenant_id = $1", [tenant]);

  await here.restore(file, undefined, { into: tenant, replace: true });
  const after = await rowsOf(here.annex, tenant);
  expect({ ...after, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  const paused = "select from auth.tenants where writes_paused_until is not null";
  expect([await here.home.sql(paused), await here.annex.sql(paused)]).toEqual([[], []]);
});

it("a new tenant is made of an archive, with the rows' own ids, and does nothing twice", async () => {
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
    restore(file, bucket, { as: "other", owner: "nobody@example.test" }),
  ).rejects.toMatchObject({ code: "BH404" });
});

it("an archive that is cut off, changed, or of another house or schema restores nothing", async () => {
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
  await expect(spoilt((archive) => archive.subarray(0, -2048))).rejects.toThrow(
    /cut off|not whole/,
  );
  await expect(
    spoilt((archive) => archive.fill("q", at("quoted"), at("quoted") + 1 + 5)),
  ).rejects.toThrow("is not what the manifest says");
  await expect(
    spoilt((archive) => archive.fill("9", at('"job_limit": ') + 13, at('"job_limit": ') + 14)),
  ).rejects.toThrow("was not sealed by this installation, or was changed since");
  await expect(spoilt((archive) => archive.fill("9", 140, 141))).rejects.toThrow(
    "a header does not add up",
  );
  await expect(spoilt(() => Buffer.alloc(0))).rejects.toThrow("cut off");

  await home.sql("update app.signing_keys set key = sha256('another house')");
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
