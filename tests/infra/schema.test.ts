import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { observed } from "../../functions/schema/observed.ts";
import { migrationsDigest } from "../../infra/build/migrations.ts";
import { build, ofType, resources, scratch } from "./support.ts";

describe.each(["dev", "prod"] as const)("the schema of %s", (name) => {
  const { app, stacks } = build(name);

  it("is migrated before every stack but Network and Data", () => {
    const artifacts = app.synth().stacks;
    const order = artifacts.map((stack) => stack.id);
    const before = order.slice(0, order.indexOf("Schema"));
    expect(new Set(before)).toEqual(new Set(["Network", "Data"]));

    for (const stack of artifacts.filter(({ id }) => !["Schema", ...before].includes(id))) {
      expect(stack.dependencies.map(({ id }) => id)).toContain("Schema");
    }
  });

  it("is migrated when a migration changes, and only then", () => {
    const [migrations] = ofType(stacks.schema, "Custom::Schema");
    expect(migrations?.Properties.Digest).toBe(migrationsDigest());
    expect(Object.keys(migrations?.Properties ?? {})).toEqual([
      "ServiceToken",
      "ServiceTimeout",
      "Digest",
    ]);
  });

  it("fails a deployment without a response of the migrator in minutes, not after an hour", () => {
    const [migrations] = ofType(stacks.schema, "Custom::Schema");
    const [migrator] = ofType(stacks.schema, "AWS::Lambda::Function");
    expect(Number(migrations?.Properties.ServiceTimeout)).toBeGreaterThan(
      migrator?.Properties.Timeout,
    );
    expect(Number(migrations?.Properties.ServiceTimeout)).toBeLessThanOrEqual(20 * 60);
  });

  it("is a custom resource that CloudFormation invokes without a function of the CDK", () => {
    expect(ofType(stacks.schema, "AWS::Lambda::Function")).toHaveLength(1);
    expect(resources(stacks.schema).Migrations?.Properties.ServiceToken).toEqual({
      "Fn::GetAtt": [expect.stringMatching(/^MigratorFunction/), "Arn"],
    });
  });
});

it("an edit, a new file and a moved line each change the digest of the migrations", () => {
  const folder = mkdtempSync(join(scratch, "migrations-"));
  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return migrationsDigest(folder);
  };
  const digests = [
    write({ "0001_a.sql": "select 1;\nselect 2;\n", "README.md": "not a migration" }),
    write({ "0001_a.sql": "select 1;\nselect 3;\n" }),
    write({ "0002_b.sql": "" }),
    write({ "0001_a.sql": "select 1;\n", "0002_b.sql": "select 3;\n" }),
  ];
  expect(new Set(digests).size).toBe(4);
  expect(write({ "README.md": "still none" })).toBe(digests[3]);
});

it("an observed migrator passes each statement on whole: its text and its values", async () => {
  const executed: unknown[][] = [];
  const migrator = observed({
    transaction: (work) =>
      work({
        execute: async (...statement) => {
          executed.push(statement);
          return [{ count: 1 }];
        },
      }),
  });
  const rows = await migrator.transaction((tx) =>
    tx.execute("update app.signing_keys set database = $1", ["harbour"]),
  );
  expect(rows).toEqual([{ count: 1 }]);
  expect(executed).toEqual([["update app.signing_keys set database = $1", ["harbour"]]]);
});
