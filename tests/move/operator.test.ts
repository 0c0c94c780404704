import { randomUUID } from "node:crypto";
import { createObjects, type StoredObject } from "@bulkhead/aws/objects";
import { logger } from "@bulkhead/telemetry";
import { afterEach, expect, it, vi } from "vitest";
import { createOperator } from "../../functions/operator/operator.ts";
import { type Log, logLine } from "../../packages/operator/src/log.ts";
import { type Invoke, runRemotely } from "../../packages/operator/src/remote/invoke.ts";
import { runInStage } from "../../packages/operator/src/remote/stage.ts";
import { context } from "../jobs/outside.ts";
import { credentials, region, startOwn } from "../local/services/support.ts";
import { accountWith } from "./aws.ts";
import { operatorPair, rowsOf, seedTenant, tamper } from "./support.ts";

logger.setLogLevel("SILENT");
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The function over two databases, as Lambda invokes it: event and answer are JSON. */
async function setUp(sliceMilliseconds?: number) {
  const { home, annex } = await operatorPair();
  const local = (url: string) => `${url}?sslmode=disable`;
  const handler = createOperator({
    config: {
      DATABASE_URL: local(home.url("operator")),
      DEDICATED_DATABASES: { annex: local(annex.url("operator")) },
      EXPORTS_BUCKET: "exports",
    },
    ...(sliceMilliseconds !== undefined && { sliceMilliseconds }),
  });
  let calls = 0;
  const invoke: Invoke = async (command) => {
    calls += 1;
    const answer = await handler(JSON.parse(JSON.stringify(command)), context());
    return JSON.parse(JSON.stringify(answer));
  };
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const log: Log = (event, fields) => print(logLine(event, fields));
  return {
    home,
    annex,
    lines,
    output: { print, log },
    calls: () => calls,
    run: (...args: string[]) =>
      runRemotely(invoke, { args, caller: "assumed-role/Admin/ada" }, { print, log }),
    handler,
  };
}

it("a move longer than one invocation continues until it is done, and its trail names the operator and the request", async () => {
  const { home, annex, lines, calls, run } = await setUp(0);
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 300);
  const before = await rowsOf(home, tenant);

  expect(await run("move", tenant, "--to", "dedicated")).toEqual({ kind: "done" });
  expect(calls()).toBeGreaterThan(3);
  expect(lines.filter((line) => line.startsWith("tenant switched "))).toHaveLength(1);
  expect(await run("finish", tenant, "--now")).toEqual({ kind: "done" });

  const after = await rowsOf(annex, tenant);
  expect(after["app.projects"]).toEqual(before["app.projects"]);
  expect(Object.values(await rowsOf(home, tenant)).flat()).toEqual([]);
  const trail = await annex.sql(
    "select distinct actor, request_id from audit.events where target_type = 'moves'",
  );
  expect(trail).toEqual([
    { actor: "operator:assumed-role/Admin/ada", request_id: context().awsRequestId },
  ]);
});

it("a move longer than one invocation makes progress while a transaction older than its rows is open", async () => {
  const { home, annex, run } = await setUp(0);
  const tenant = (await home.newPerson()).tenantId;
  // In any database of the server: until it ends, all rows count as just written.
  await annex.sql("begin");
  await annex.sql("select pg_current_xact_id()");
  await seedTenant(home, tenant, 2_100);
  const before = await rowsOf(home, tenant);

  expect(await run("move", tenant, "--to", "dedicated")).toEqual({ kind: "done" });
  expect((await rowsOf(annex, tenant))["app.projects"]).toEqual(before["app.projects"]);
  await annex.sql("rollback");
});

it("an archive is exported to the stage's bucket and restored from it", async () => {
  const services = await startOwn();
  services.s3.createBucket({ name: "exports" });
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_S3: services.endpoints.s3,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  })) {
    vi.stubEnv(name, value);
  }
  const { home, run } = await setUp();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 5);
  const before = await rowsOf(home, tenant);
  const object = `exports/${tenant}/a.json`;
  const objects = createObjects("exports");
  await objects.put(object, "{}", "application/json");

  expect(await run("export", tenant, "--out", "acme.tar")).toEqual({ kind: "done" });
  expect(await run("export", tenant, "--out", "acme.tar")).toEqual({
    kind: "refused",
    reason:
      "s3://exports/archives/acme.tar exists already and is not overwritten. Choose another name.",
  });
  await objects.put(object, "other", "application/json");
  await tamper(home, "delete from app.projects where tenant_id = $1", [tenant]);
  const restore = (name: string) => run("restore", name, "--into", tenant, "--replace");
  expect(await restore("acme.tar")).toEqual({ kind: "done" });

  expect((await rowsOf(home, tenant))["app.projects"]).toEqual(before["app.projects"]);
  expect(await read(await objects.open(object))).toBe("{}");
  expect(await collect(objects.list(""))).toEqual(["archives/acme.tar", object].sort());
  for (const name of ["other.tar", "../exports/a"]) {
    expect(await restore(name)).toMatchObject({ kind: "refused" });
  }
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const read = async (object: StoredObject | undefined) =>
  object && Buffer.concat(await collect(object.chunks)).toString();

it("a failure that the operator can act on is answered, every other one is thrown", async () => {
  const { run, handler, lines, output } = await setUp();
  const missing = randomUUID();
  expect(await run("status", missing)).toEqual({
    kind: "refused",
    reason: `There is no tenant ${missing}. \`npm run tenant -- list\` shows them all.`,
  });
  expect(await run("move", "--to")).toMatchObject({ kind: "refused" });

  const commands: unknown[] = [];
  await accountWith((command) => {
    commands.push(command);
    return handler(command, context());
  });
  const inStage = (...args: string[]) => runInStage(args, output);
  expect(await inStage("list")).toBeUndefined();
  expect(await inStage("list", "--stage", "dev")).toEqual({ kind: "done" });
  expect(lines.at(-1)).toMatch(/^tenant +lives in/);
  expect(commands).toEqual([{ args: ["list"], caller: "assumed-role/Admin/ada" }]);
  expect(await inStage("--stage", "prod", "list")).toMatchObject({
    reason: expect.stringContaining("Stack with id Bulkhead-prod-Operator does not exist"),
  });
  expect(await inStage("--stage", "dev", "x".repeat(2_000))).toMatchObject({
    reason: expect.stringMatching(/^The operator function failed: .* Read its log/s),
  });
  await expect(handler({ args: "list", caller: "x" }, context())).rejects.toThrow();
  await expect(handler({ args: ["list"], caller: "-c role=x" }, context())).rejects.toThrow();
});
