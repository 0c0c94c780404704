import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { deploy, lambdaFunction } from "./support/deploy.ts";
import { temporaryFolder } from "./support/handlers.ts";

/** A provider that writes down what it is asked, and answers what its properties tell it to. */
const PROVIDER = `
import { appendFileSync } from "node:fs";
export const handler = async (event) => {
  const wish = event.ResourceProperties;
  appendFileSync(wish.Diary, JSON.stringify(event) + "\\n");
  if (wish.Throw) throw new Error(wish.Throw);
  if (wish.Silent) return;
  await fetch(event.ResponseURL, {
    method: "PUT",
    body: JSON.stringify({
      Status: wish.Reason ? "FAILED" : "SUCCESS",
      Reason: wish.Reason,
      PhysicalResourceId: wish.Id ?? "schema",
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      Data: { Version: "7" },
    }),
  });
};`;

function scene() {
  const home = temporaryFolder();
  const Diary = path.join(home, "diary");
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
              Diary,
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
    diary: () =>
      existsSync(Diary)
        ? readFileSync(Diary, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
  };
}

it("is created at the first start, left alone while nothing changes, and updated when it does", async () => {
  const { run, diary } = scene();
  const first = await run({ Digest: "a", Size: 3 });
  expect(first.said).toEqual([expect.stringMatching(/^Custom::Schema Migrations: created in/)]);
  expect(first.services.sqs.list()[0]?.name).toBe("v-7");
  expect(diary()).toEqual([
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
  expect(diary()).toHaveLength(1);

  await run({ Digest: "b", Size: 3 });
  expect(diary()[1]).toMatchObject({
    RequestType: "Update",
    PhysicalResourceId: "schema",
    ResourceProperties: { Digest: "b" },
    OldResourceProperties: { Digest: "a" },
  });
});

it("is deleted under its old id when an update gives it a new one", async () => {
  const { run, diary } = scene();
  await run({ Digest: "a", Id: "one" });
  await run({ Digest: "a", Id: "two" });
  expect(
    diary().map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId]),
  ).toEqual([
    ["Create", undefined],
    ["Update", "one"],
    ["Delete", "one"],
  ]);
});

it("stops the start with its reason when it fails, and is tried again at the next one", async () => {
  const { run, diary } = scene();
  await expect(run({ Reason: "0008_jobs.sql: syntax error" })).rejects.toThrow(
    "Create of Custom::Schema Migrations (stack App) failed: 0008_jobs.sql: syntax error",
  );
  await expect(run({ Throw: "boom" })).rejects.toThrow("Error: boom");
  expect(diary().map(({ RequestType }) => RequestType)).toEqual(["Create", "Create"]);
});

it("stops the start when its function ends without an answer", async () => {
  await expect(scene().run({ Silent: "yes" })).rejects.toThrow("ended without an answer");
});
