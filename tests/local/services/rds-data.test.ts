import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  RDSDataClient,
  RollbackTransactionCommand,
} from "@aws-sdk/client-rds-data";
import { Client } from "pg";
import { beforeAll, describe, expect, inject, it, onTestFinished, test } from "vitest";
import {
  type Cluster,
  type Services,
  startServices,
} from "../../../packages/local/src/services/index.ts";
import { replaceNames } from "../../../packages/local/src/services/rds-data/placeholders.ts";
import { account, credentials, refusalOf, region } from "./support.ts";

const resourceArn = "arn:aws:rds:eu-central-1:000000000000:cluster:bulkhead";
const database = `data_api_${randomUUID().replaceAll("-", "")}`;

let services: Services;
let superuser: Client;

beforeAll(async () => {
  superuser = new Client({ connectionString: inject("server") });
  await superuser.connect();
  await superuser.query(`create database ${database} strategy file_copy`);
  const home = mkdtempSync(path.join(tmpdir(), "bulkhead-data-api-"));
  services = await startServices({
    home,
    region,
    account,
    secretOf: () => credentials.secretAccessKey,
  });
  return async () => {
    await services.close();
    rmSync(home, { recursive: true });
    await superuser.query(`drop database ${database} with (force)`);
    await superuser.end();
  };
});

/** A client of the one database, as a cluster of its own settings. */
function ownCluster(cluster: Partial<Cluster> = {}) {
  const arn = `${resourceArn}-${randomUUID()}`;
  const { username, password, hostname: host, port } = new URL(inject("server"));
  const secretString = JSON.stringify({ username, password });
  const { arn: secretArn } = services.secrets.create({ name: "master", secretString });
  services.rdsData.addCluster({ arn, host, port: Number(port), database, ...cluster });
  const endpoint = services.endpoints.rdsData;
  const client = new RDSDataClient({ region, credentials, endpoint, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  const target = { resourceArn: arn, secretArn };
  return {
    client,
    target,
    begin: async () => (await client.send(new BeginTransactionCommand(target))).transactionId,
    commit: (transactionId: string | undefined) =>
      client.send(new CommitTransactionCommand({ ...target, transactionId })),
    rollback: (transactionId: string | undefined) =>
      client.send(new RollbackTransactionCommand({ ...target, transactionId })),
    execute: (sql: string, more: Partial<ExecuteStatementCommandInput> = {}) =>
      client.send(new ExecuteStatementCommand({ ...target, sql, ...more })),
  };
}

describe("a statement", () => {
  it("returns each type as the Data API's field for it", async () => {
    const { execute } = ownCluster();
    const { records, numberOfRecordsUpdated } = await execute(`select null::text, true, 1::int2,
      9007199254740991::int8, 1.5::float8, 12.50::numeric, 'text', '\\x0102'::bytea,
      '2026-01-02 03:04:05.678+01'::timestamptz, '{"a":1}'::jsonb, array[1, null]::int4[],
      array['a"b', 'c,d', null], array[true, false], '00000000-0000-0000-0000-000000000001'::uuid`);
    expect(numberOfRecordsUpdated).toBe(0);
    expect(records?.[0]).toEqual([
      { isNull: true },
      { booleanValue: true },
      { longValue: 1 },
      { longValue: 9007199254740991 },
      { doubleValue: 1.5 },
      { stringValue: "12.50" },
      { stringValue: "text" },
      { blobValue: new Uint8Array([1, 2]) },
      { stringValue: "2026-01-02 02:04:05.678" },
      { stringValue: '{"a": 1}' },
      { arrayValue: { longValues: [1, null] } },
      { arrayValue: { stringValues: ['a"b', "c,d", null] } },
      { arrayValue: { booleanValues: [true, false] } },
      { stringValue: "00000000-0000-0000-0000-000000000001" },
    ]);
  });

  it("leaves no session state to the next one", async () => {
    const { execute } = ownCluster();
    await execute("select set_config('app.tenant_id', 'a', false)");
    await execute("create temporary table left_over (id int)");
    const { records } = await execute(
      "select current_setting('app.tenant_id', true), to_regclass('left_over')::text",
    );
    expect(records?.[0]).toEqual([{ isNull: true }, { isNull: true }]);
  });

  it("returns the number of changed rows", async () => {
    const { execute } = ownCluster();
    await execute("create table counted (id int primary key)");
    const inserted = await execute("insert into counted select generate_series(1, 3)");
    expect(inserted.numberOfRecordsUpdated).toBe(3);
    const returned = await execute("delete from counted where id < 3 returning id");
    expect(returned.records).toEqual([[{ longValue: 1 }], [{ longValue: 2 }]]);
  });

  it("is the only one in a call; a function's body counts as part of it", async () => {
    const { execute } = ownCluster();
    const refusal = await refusalOf(execute("select 1; select 2"));
    expect([refusal.name, refusal.message]).toEqual([
      "ValidationException",
      "Multistatements aren't supported.",
    ]);
    await execute(`create function two() returns int language sql
      begin atomic select 1; select 2; end;`);
    await execute("do $$ begin perform 1; perform 2; end $$;");
  });

  it("returns JSON on request", async () => {
    const { execute } = ownCluster();
    const sql = "select 1 as id, null as nothing, array['a'] as list, 'x' as name";
    const { formattedRecords, records } = await execute(sql, { formatRecordsAs: "JSON" });
    expect(records).toBeUndefined();
    expect(JSON.parse(formattedRecords ?? "")).toEqual([
      { id: 1, nothing: null, list: ["a"], name: "x" },
    ]);
  });

  it("describes its columns on request", async () => {
    const { execute } = ownCluster();
    const sql = "select 1::int8 as id, 2.5::numeric(6, 2) as price, array[1] as list";
    const { columnMetadata } = await execute(sql, { includeResultMetadata: true });
    expect(columnMetadata).toMatchObject([
      { name: "id", typeName: "int8", type: -5 },
      { label: "price", typeName: "numeric", precision: 6, scale: 2 },
      { typeName: "_int4", type: 2003, arrayBaseColumnType: 4 },
    ]);
  });

  it("returns at most one mebibyte", async () => {
    const { execute } = ownCluster();
    await execute("select repeat('x', 1000000)");
    const refusal = await refusalOf(execute("select repeat('x', 1048577)"));
    expect(refusal.message).toMatch(/more than the allowed response size limit/);
  });

  it.each([
    "interval '1 day'",
    "'(1,2)'::point",
    "'1'::money",
    "'pg_class'::regclass",
    "'{{1},{2}}'::int[]",
  ])("that returns the unsupported type %s is refused", async (value) => {
    const { execute } = ownCluster();
    const refusal = await refusalOf(execute(`select ${value}`));
    expect(refusal.name).toBe("UnsupportedResultException");
    expect(refusal.message).toMatch(/The result contains the unsupported data type \w+/);
  });
});

describe("an error of the database", () => {
  it("is returned with its detail and its SQLSTATE", async () => {
    const { execute } = ownCluster();
    await execute("create table once (id int constraint once_pk primary key)");
    await execute("insert into once values (1)");
    const refusal = await refusalOf(execute("insert into once values (1)"));
    expect([refusal.name, refusal.message]).toEqual([
      "DatabaseErrorException",
      'ERROR: duplicate key value violates unique constraint "once_pk"; Detail: Key (id)=(1) already exists.; SQLState: 23505',
    ]);
  });
});

describe("a named parameter", () => {
  it("has its declared type: text becomes a uuid only by a hint or a cast", async () => {
    const { execute } = ownCluster();
    await execute(
      "create table typed (id uuid, at timestamp, data jsonb, price numeric, raw bytea)",
    );
    const id = { name: "id", value: { stringValue: randomUUID() } };
    const untyped = await refusalOf(
      execute("insert into typed (id) values (:id)", { parameters: [id] }),
    );
    expect(untyped.message).toContain('column "id" is of type uuid but expression is of type text');
    await execute("insert into typed (id) values (:id::uuid)", { parameters: [id] });
    await execute("insert into typed values (:id, :at, :data, :price, :raw)", {
      parameters: [
        { ...id, typeHint: "UUID" },
        { name: "at", value: { stringValue: "2026-01-02 03:04:05" }, typeHint: "TIMESTAMP" },
        { name: "data", value: { stringValue: '{"a":1}' }, typeHint: "JSON" },
        { name: "price", value: { stringValue: "1.20" }, typeHint: "DECIMAL" },
        { name: "raw", value: { blobValue: new Uint8Array([1, 2]) } },
      ],
    });
    const { records } = await execute("select count(*), max(length(raw)) from typed");
    expect(records).toEqual([[{ longValue: 2 }, { longValue: 2 }]]);
  });

  it("is bound as a value and never as SQL", async () => {
    const { execute } = ownCluster();
    const evil = "'; drop table things; --";
    const { records } = await execute("select :it, :it || :n::text, :none", {
      parameters: [
        { name: "it", value: { stringValue: evil } },
        { name: "n", value: { longValue: 7 } },
        { name: "none", value: { isNull: true } },
      ],
    });
    expect(records?.[0]).toEqual([
      { stringValue: evil },
      { stringValue: `${evil}7` },
      { isNull: true },
    ]);
  });

  it("that is missing, an array, or with a wrong hint is refused", async () => {
    const { execute } = ownCluster();
    expect((await refusalOf(execute("select :it"))).message).toMatch(/Cannot find parameter: it/);
    for (const parameter of [
      { value: { arrayValue: { longValues: [1] } } },
      { value: { longValue: 1 }, typeHint: "UUID" as const },
    ]) {
      await refusalOf(execute("select :it", { parameters: [{ name: "it", ...parameter }] }));
    }
  });

  it.each([
    ["select ':a', \":a\", E'\\':a', $$ :a $$, $t$ $$ :a $t$, x::a, f(b := 1)"],
    ["select 1 -- :a\n/* :a /* :a */ :a */, 'it''s :a', U&\"d:a\""],
    ["select a$b$ , c[1::int] , '\\' , ':a'"],
  ])("is not replaced where a colon means something else: %s", (sql) => {
    expect(replaceNames(sql, () => "REPLACED")).toBe(sql);
  });

  it("is replaced everywhere else", () => {
    const sql = "select :a,:b_1::uuid,(:a),'x'||:c/*:d*/from t where d=:d;--:e";
    const names: string[] = [];
    replaceNames(sql, (name) => `$${names.push(name)}`);
    expect(names).toEqual(["a", "b_1", "a", "c", "d"]);
  });
});

describe("a transaction", () => {
  it("is visible to others after its commit, and never after a rollback", async () => {
    const { execute, begin, commit, rollback } = ownCluster();
    await execute("create table things (id int)");
    const count = async () =>
      (await execute("select count(*) from things")).records?.[0]?.[0]?.longValue;
    const first = await begin();
    await execute("insert into things values (1)", { transactionId: first });
    expect(await count()).toBe(0);
    expect((await commit(first)).transactionStatus).toBe("Transaction Committed");
    const second = await begin();
    await execute("insert into things values (2)", { transactionId: second });
    expect((await rollback(second)).transactionStatus).toBe("Rollback Complete");
    expect(await count()).toBe(1);
    expect((await refusalOf(commit(second))).name).toBe("TransactionNotFoundException");
  });

  it("that failed can't be committed", async () => {
    const { execute, begin, commit } = ownCluster();
    const transactionId = await begin();
    await refusalOf(execute("select 1/0", { transactionId }));
    expect((await refusalOf(commit(transactionId))).name).toBe("DatabaseErrorException");
  });

  it("is rolled back after its idle time", async () => {
    const { execute, begin } = ownCluster({ transactionIdleMs: 300 });
    const transactionId = await begin();
    await sleep(200);
    await execute("select 1", { transactionId });
    await sleep(200);
    await execute("select 1", { transactionId });
    await sleep(500);
    const refusal = await refusalOf(execute("select 1", { transactionId }));
    expect(refusal.name).toBe("TransactionNotFoundException");
  });

  it("runs one statement at a time", async () => {
    const { execute, begin, rollback } = ownCluster();
    const transactionId = await begin();
    const slow = execute("select pg_sleep(0.5)::text", { transactionId });
    await sleep(200);
    const refusal = await refusalOf(execute("select 1", { transactionId }));
    expect(refusal.message).toBe("Transaction is still running a query");
    await slow;
    await rollback(transactionId);
  });
});

describe("a statement that takes too long", () => {
  const seen =
    "select count(*) from pg_stat_activity where query like '%pg_sleep(1)%' and state = 'active' and pid <> pg_backend_pid()";

  it("is cancelled with its call", async () => {
    const { execute } = ownCluster({ statementTimeoutMs: 200 });
    const refusal = await refusalOf(execute("select pg_sleep(1)::text as ended"));
    expect(refusal.name).toBe("StatementTimeoutException");
    // PostgreSQL reports a backend's state a moment later. By itself the statement runs for 0.8 s more.
    const running = () => execute(`${seen} and query like '%ended%'`);
    await expect
      .poll(async () => (await running()).records?.[0]?.[0]?.longValue, { timeout: 500 })
      .toBe(0);
  });

  it("continues after its call when allowed", async () => {
    const { execute } = ownCluster({ statementTimeoutMs: 200 });
    await execute("create table done (id int)");
    const refusal = await refusalOf(
      execute("insert into done select 1 from pg_sleep(0.6)", { continueAfterTimeout: true }),
    );
    expect(refusal.name).toBe("StatementTimeoutException");
    await sleep(1_000);
    expect((await execute("select id from done")).records).toHaveLength(1);
  });
});

describe("refused as by the Data API:", () => {
  test("an unknown cluster, an unknown secret, a secret without credentials, a wrong password", async () => {
    const { execute } = ownCluster();
    const plain = services.secrets.create({ name: "plain", secretString: "no json" });
    const wrong = services.secrets.create({
      name: "wrong",
      secretString: '{"username":"rdsadmin","password":"guessed"}',
    });
    const nameOf = async (more: object) => (await refusalOf(execute("select 1", more))).name;
    expect(await nameOf({ resourceArn: `${resourceArn}2` })).toBe(
      "HttpEndpointNotEnabledException",
    );
    expect(await nameOf({ secretArn: "arn:none" })).toBe("BadRequestException");
    expect(await nameOf({ secretArn: plain.arn })).toBe("InvalidSecretException");
    expect(await nameOf({ secretArn: wrong.arn })).toBe("BadRequestException");
  });

  test("a schema, an unknown database, a statement of more than 65,536 characters", async () => {
    const { execute } = ownCluster();
    const schema = await refusalOf(execute("select 1", { schema: "app" }));
    expect(schema.message).toBe("The schema parameter isn't supported");
    const database = await refusalOf(execute("select 1", { database: "nowhere" }));
    expect(database.message).toMatch(/does not exist; SQLState: 3D000/);
    const long = await refusalOf(execute(`select '${"x".repeat(65_536)}'`));
    expect(long.message).toMatch(/length less than or equal to 65536/);
  });

  test("BatchExecuteStatement, by name", async () => {
    const { client, target } = ownCluster();
    const batch = client.send(new BatchExecuteStatementCommand({ ...target, sql: "select 1" }));
    expect((await refusalOf(batch)).message).toMatch(/BatchExecuteStatement is not implemented/);
  });

  test("a database that is not there, as unavailable", async () => {
    const { execute } = ownCluster({ port: 1 });
    expect((await refusalOf(execute("select 1"))).name).toBe("DatabaseUnavailableException");
  });
});
