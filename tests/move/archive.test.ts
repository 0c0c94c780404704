import { readFile, stat, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { fileStorage } from "../../packages/operator/src/archive/storage.ts";
import { archivePath, exportedTenant, memoryBucket } from "./archives.ts";
import { operatorPair, rowsOf, seedTenant, tamper } from "./support.ts";

it("a tenant is restored to the moment of its export, and its trail loses nothing", async () => {
  const { home, tenant, bucket, key, file, restore, move } = await exportedTenant();
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
  const { home, tenant, bucket, key, file, restore, person } = await exportedTenant();
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

it("a new tenant's content that quotes the archived tenant's id stays as it is, and what holds the id is rewritten", async () => {
  const pair = await operatorPair();
  const { home } = pair;
  const { tenantId: tenant, userId } = await home.newPerson();
  const quote = `moved from {"tenant_id": "${tenant}"}, "key": "exports/${tenant}/", ${tenant}`;
  await tamper(
    home,
    `with project as (
       insert into app.projects (tenant_id, name, description, created_by) values ($1, 'quoting', $2, 'seed') returning *)
     insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, after, request_id)
     select $1, 'seed', 'project.create', 'insert', 'projects', id, to_jsonb(project), 'seed' from project`,
    [tenant, quote],
  );
  await tamper(
    home,
    `insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, after, request_id)
     values ($1, 'seed', 'tenant.rename', 'update', 'tenants', $1, $2, 'seed')`,
    [tenant, JSON.stringify({ id: tenant, name: tenant })],
  );
  await tamper(
    home,
    `insert into app.jobs (tenant_id, task, input, state, result, created_by, finished_at)
     values ($1, 'project.export', '{}', 'succeeded', $2, 'seed', now())`,
    [tenant, JSON.stringify({ key: `exports/${tenant}/a.json`, bytes: 2 })],
  );
  await tamper(
    home,
    `insert into app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer)
     values ($1, 'user:ada', 'quoting', sha256('1'), 201, $2)`,
    [tenant, `{"id" :  "${tenant}",   "size": 1.00, "note": ${JSON.stringify(quote)}}`],
  );
  const [user] = await home.sql("select email from auth.users where id = $1", [userId]);
  const file = archivePath();
  await pair.export(tenant, file);
  const created = await pair.restore(file, undefined, { as: "copy", owner: String(user?.email) });

  const [project] = await home.sql("select * from app.projects where tenant_id = $1", [created]);
  expect(project?.description).toBe(quote);
  const events = await home.sql(
    "select target_id, after from audit.events where tenant_id = $1 and request_id = 'seed' order by target_type",
    [created],
  );
  expect(events).toMatchObject([
    { target_id: project?.id, after: { tenant_id: created, description: quote } },
    { target_id: created, after: { id: created, name: tenant } },
  ]);
  const [job] = await home.sql("select result from app.jobs where tenant_id = $1", [created]);
  expect(job?.result).toEqual({ key: `exports/${created}/a.json`, bytes: 2 });
  const [answered] = await home.sql(
    "select answer::text from app.idempotency_keys where tenant_id = $1 and key = 'quoting'",
    [created],
  );
  expect(answered?.answer).toBe(
    `{"id" :  "${created}",   "size": 1.00, "note": ${JSON.stringify(quote)}}`,
  );
});

it("an export that fails leaves no file and no open access to the tenant's rows", async () => {
  const pair = await operatorPair();
  const { tenantId } = await pair.home.newPerson();
  const bucket = memoryBucket({ [`exports/${tenantId}/a`]: "a" });
  const short = async (key: string) => {
    const object = await bucket.open(key);
    return object && { ...object, bytes: object.bytes + 1 };
  };
  const file = archivePath();
  await expect(pair.export(tenantId, file, { ...bucket, open: short })).rejects.toThrow("Size");
  for (const path of [file, `${file}.part`]) await expect(stat(path)).rejects.toThrow("ENOENT");
  expect(await pair.home.sql("select state from app.moves")).toEqual([{ state: "aborted" }]);
});

it("a missing archive is refused with its name", async () => {
  const path = archivePath();
  await expect(fileStorage.read(path, async () => {})).rejects.toMatchObject({
    name: "OperatorError",
    message: expect.stringContaining(`The archive ${path} can't be read`),
  });
});

it("an archive that is cut off, changed, or of another installation or schema restores nothing", async () => {
  const { home, annex, tenant, bucket, file, digest, restore } = await exportedTenant();
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
  await expect(spoilt((archive) => archive.subarray(0, -1024))).rejects.toThrow("cut off after");
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
  await home.sql("update public.schema_migrations set checksum = 'x' where name like '0009%'");
  await expect(
    restore(file, bucket, { as: "again", owner: String(user?.email), trusted: digest }),
  ).rejects.toThrow("home and the archive have different schemas: 0009_jobs.sql");
  expect({ ...(await rowsOf(home, tenant)), "audit.events": null }).toEqual({
    ...before,
    "audit.events": null,
  });
  expect(await annex.sql("select from app.projects")).toEqual([]);
});
