import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { deploy, lambdaFunction } from "./support/deploy.ts";
import { temporaryFolder } from "./support/handlers.ts";

/** A provider that records its requests and responds as its properties say. */
const PROVIDER = `
import { appendFileSync } from "node:fs";
export const handler = async (event) => {
  const properties = event.ResourceProperties;
  appendFileSync(properties.LogFile, JSON.stringify(event) + "\\n");
  if (properties.Throw) throw new Error(properties.Throw);
  if (properties.Silent) return;
  await fetch(event.ResponseURL, {
    method: "PUT",
    body: JSON.stringify({
      Status: properties.Reason ? "FAILED" : "SUCCESS",
      Reason: properties.Reason,
      PhysicalResourceId: properties.Id ?? "schema",
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      Data: { Version: "7" },
    }),
  });
};`;

function setUp() {
  const home = temporaryFolder();
  const LogFile = path.join(home, "requests");
  return {
    run: (properties: Record<string, string | number>) =>
      deploy(
        {
          Provider: lambdaFunction("provider"),
          Migrations: {
            Type: "Custom::Schema",
            Properties: {
              ServiceToken: { "Fn::GetAtt": ["Provider", "Arn"] },
              ServiceTimeout: 5,
              LogFile,
              ...properties,
            },
          },
          Told: {
            Type: "AWS::SQS::Queue",
            Properties: {
              QueueName: { "Fn::Join": ["-", ["v", { "Fn::GetAtt": ["Migrations", "Version"] }]] },
            },
          },
        },
        { home, code: { provider: PROVIDER } },
      ),
    requests: () =>
      existsSync(LogFile)
        ? readFileSync(LogFile, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
  };
}

it("is created at the first start, unchanged with the same properties, and updated with new ones", async () => {
  const { run, requests } = setUp();
  const first = await run({ Digest: "a", Size: 3 });
  expect(first.logged).toEqual([expect.stringMatching(/^Custom::Schema Migrations: created in/)]);
  expect(first.services.sqs.list()[0]?.name).toBe("v-7");
  expect(requests()).toEqual([
    expect.objectContaining({
      RequestType: "Create",
      LogicalResourceId: "Migrations",
      ResourceType: "Custom::Schema",
      // CloudFormation writes numbers as strings.
      ResourceProperties: expect.objectContaining({ Digest: "a", Size: "3" }),
    }),
  ]);

  const second = await run({ Digest: "a", Size: 3 });
  expect(second.services.sqs.list()[0]?.name).toBe("v-7");
  expect(requests()).toHaveLength(1);

  await run({ Digest: "b", Size: 3 });
  expect(requests()[1]).toMatchObject({
    RequestType: "Update",
    PhysicalResourceId: "schema",
    ResourceProperties: { Digest: "b" },
    OldResourceProperties: { Digest: "a" },
  });
});

it("is deleted under its old id when an update gives it a new one", async () => {
  const { run, requests } = setUp();
  await run({ Digest: "a", Id: "one" });
  await run({ Digest: "a", Id: "two" });
  expect(
    requests().map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId]),
  ).toEqual([
    ["Create", undefined],
    ["Update", "one"],
    ["Delete", "one"],
  ]);
});

it("stops the start with its reason when it fails, and is retried at the next start", async () => {
  const { run, requests } = setUp();
  await expect(run({ Reason: "0009_jobs.sql: syntax error" })).rejects.toThrow(
    "Create of Custom::Schema Migrations (stack App) failed: 0009_jobs.sql: syntax error",
  );
  await expect(run({ Throw: "boom" })).rejects.toThrow("Error: boom");
  expect(requests().map(({ RequestType }) => RequestType)).toEqual(["Create", "Create"]);
});

it("stops the start when its function ends without a response", async () => {
  await expect(setUp().run({ Silent: "yes" })).rejects.toThrow("ended without a response");
});
