import { randomUUID } from "node:crypto";
import { createObjects, type StoredObject } from "@bulkhead/aws/objects";
import { logger } from "@bulkhead/telemetry";
import { afterEach, expect, it, vi } from "vitest";
import { createOperator } from "../../functions/operator/operator.ts";
import { askOperator, type Call } from "../../packages/operator/src/remote/ask.ts";
import { runInStage } from "../../packages/operator/src/remote/stage.ts";
import { context } from "../jobs/outside.ts";
import { credentials, region, startOwn } from "../local/services/support.ts";
import { accountWith } from "./aws.ts";
import { furnish, neighbourhood, rowsOf, tamper } from "./support.ts";

logger.setLogLevel("SILENT");
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The function over two databases, as Lambda calls it: what goes in and comes out is JSON. */
async function scene(sliceMilliseconds?: number) {
  const { home, annex } = await neighbourhood();
  const local = (url: string) => `${url}?sslmode=disable`;
  const handler = createOperator({
    places: {
      DATABASE_URL: local(home.url("operator")),
      DEDICATED_DATABASES: { annex: local(annex.url("operator")) },
      EXPORTS_BUCKET: "exports",
    },
    ...(sliceMilliseconds !== undefined && { sliceMilliseconds }),
  });
  let calls = 0;
  const call: Call = async (order) => {
    calls += 1;
    const answer = await handler(JSON.parse(JSON.stringify(order)), context());
    return JSON.parse(JSON.stringify(answer));
  };
  const lines: string[] = [];
  return {
    home,
    annex,
    lines,
    calls: () => calls,
    ask: (...words: string[]) =>
      askOperator(call, { words, by: "assumed-role/Admin/ada" }, (line) => lines.push(line)),
    handler,
  };
}

it("a move that takes longer than a call is gone on with until it is done, and its trail says by whom", async () => {
  const { home, annex, lines, calls, ask } = await scene(0);
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant, 300);
  const before = await rowsOf(home, tenant);

  expect(await ask("move", tenant, "--to", "dedicated")).toEqual({ kind: "done" });
  expect(calls()).toBeGreaterThan(3);
  expect(lines.filter((line) => line.startsWith("switched:"))).toHaveLength(1);
  expect(await ask("finish", tenant, "--now")).toEqual({ kind: "done" });

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

it("a move that takes longer than a call gets on while a transaction older than its rows stays open", async () => {
  const { home, annex, ask } = await scene(0);
  const tenant = (await home.newPerson()).tenantId;
  // Of whomever, in whichever database of the server: until it ends, all rows count as just written.
  await annex.sql("begin");
  await annex.sql("select pg_current_xact_id()");
  await furnish(home, tenant, 2_100);
  const before = await rowsOf(home, tenant);

  expect(await ask("move", tenant, "--to", "dedicated")).toEqual({ kind: "done" });
  expect((await rowsOf(annex, tenant))["app.projects"]).toEqual(before["app.projects"]);
  await annex.sql("rollback");
});

it("an archive is an object of the stage's bucket, and comes back from there", async () => {
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
  const { home, ask } = await scene();
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant, 5);
  const before = await rowsOf(home, tenant);
  const object = `exports/${tenant}/a.json`;
  const objects = createObjects("exports");
  await objects.put(object, "{}", "application/json");

  expect(await ask("export", tenant, "--out", "acme.tar")).toEqual({ kind: "done" });
  expect(await ask("export", tenant, "--out", "acme.tar")).toEqual({
    kind: "refused",
    reason: "There is an archive acme.tar already.",
  });
  await objects.put(object, "other", "application/json");
  await tamper(home, "delete from app.projects where tenant_id = $1", [tenant]);
  const restore = (name: string) => ask("restore", name, "--into", tenant, "--replace");
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

it("what an operator can do something about is an answer, and anything else an error", async () => {
  const { ask, handler, lines } = await scene();
  const missing = randomUUID();
  expect(await ask("status", missing)).toEqual({
    kind: "refused",
    reason: `There is no tenant ${missing}. \`npm run tenant -- list\` shows them all.`,
  });
  expect(await ask("move", "--to")).toMatchObject({ kind: "refused" });

  const heard: unknown[] = [];
  await accountWith((order) => {
    heard.push(order);
    return handler(order, context());
  });
  const inStage = (...words: string[]) => runInStage(words, (line) => lines.push(line));
  expect(await inStage("list")).toBeUndefined();
  expect(await inStage("list", "--stage", "dev")).toEqual({ kind: "done" });
  expect(lines.at(-1)).toMatch(/^tenant +lives in/);
  expect(heard).toEqual([{ words: ["list"], by: "assumed-role/Admin/ada" }]);
  expect(await inStage("--stage", "prod", "list")).toMatchObject({
    reason: expect.stringContaining("Stack with id Bulkhead-prod-Operator does not exist"),
  });
  expect(await inStage("--stage", "dev", "x".repeat(2_000))).toMatchObject({
    reason: expect.stringMatching(/^The operator function failed: .* Read its log/s),
  });
  await expect(handler({ words: "list", by: "x" }, context())).rejects.toThrow();
  await expect(handler({ words: ["list"], by: "-c role=x" }, context())).rejects.toThrow();
});
