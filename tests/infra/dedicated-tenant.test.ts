import type { Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { build, everything, ofType, resources, written } from "./support.ts";

const HARBOUR = {
  name: "harbour",
  database: { minimumCapacity: 1, maximumCapacity: 8, readers: 1, backupDays: 14, vaultDays: 30 },
};
const prod = build("prod", { dedicated: [HARBOUR] });
const [harbour] = prod.stacks.dedicated;
if (!harbour) throw new Error("The stage has no dedicated database.");

const stageOf = (name: "dev" | "prod") => build(name).stage;

it("prod has no dedicated database by default, and dev has one for trials", () => {
  expect(stageOf("prod").dedicated).toBeUndefined();
  expect(stageOf("dev").dedicated?.map(({ name }) => name)).toEqual(["annex"]);
});

describe("a dedicated database", () => {
  it("is a cluster with a key, size, backups and vault copy of its own", () => {
    const template = Template.fromStack(harbour);
    template.hasResource("AWS::RDS::DBCluster", {
      Properties: {
        EngineVersion: "17.9",
        ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 8 },
        BackupRetentionPeriod: 14,
        DeletionProtection: true,
        EnableIAMDatabaseAuthentication: true,
        KmsKeyId: { "Fn::GetAtt": [Match.stringLikeRegexp("^DatabaseKey"), "Arn"] },
        Tags: Match.arrayWith([{ Key: "placement", Value: "harbour" }]),
      },
      DeletionPolicy: "Snapshot",
    });
    template.resourceCountIs("AWS::RDS::DBInstance", 2);
    template.resourceCountIs("AWS::Backup::BackupVault", 1);
  });

  it("accepts connections from the functions only, in a security group of its own", () => {
    const [cluster] = ofType(harbour, "AWS::RDS::DBCluster");
    const groups = cluster?.Properties.VpcSecurityGroupIds.map(written);
    expect(groups).toEqual(["DedicatedharbourGroupId"]);
    const rules = ofType(prod.stacks.network, "AWS::EC2::SecurityGroupIngress").filter(
      ({ Properties }) => written(Properties.GroupId) === "Dedicatedharbour.GroupId",
    );
    expect(
      rules.map(({ Properties: { FromPort, ToPort, SourceSecurityGroupId } }) => [
        FromPort,
        ToPort,
        written(SourceSecurityGroupId),
      ]),
    ).toEqual([[5432, 5432, "Functions.GroupId"]]);
  });

  it("is migrated before the functions that connect to it are deployed", () => {
    expect(ofType(harbour, "Custom::Schema")).toHaveLength(1);
    const artifacts = prod.app.synth().stacks;
    const needs = (id: string) =>
      artifacts.find((stack) => stack.id === id)?.dependencies.map((on) => on.id);
    expect(needs("Dedicated-harbour")).toContain("Schema");
    expect(needs("Jobs")).toContain("Dedicated-harbour");
    expect(needs("Api")).toContain("Dedicated-harbour");
  });

  it("is paired with the home database once it is migrated, and again when its key generation changes", () => {
    const [pairing] = ofType(harbour, "Custom::Pairing");
    expect(pairing?.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Migrations/)]),
    );
    expect(pairing?.Properties.KeyGeneration).toBe(1);
    const rotated = build("prod", { dedicated: [{ ...HARBOUR, keyGeneration: 2 }] });
    const [again] = ofType(rotated.stacks.dedicated[0] as Stack, "Custom::Pairing");
    expect(again?.Properties.KeyGeneration).toBe(2);
  });

  it("logs no parameter of a statement, because assertions are parameters", () => {
    for (const stack of [harbour, prod.stacks.data]) {
      Template.fromStack(stack).hasResourceProperties("AWS::RDS::DBClusterParameterGroup", {
        Parameters: { log_parameter_max_length: "0", log_parameter_max_length_on_error: "0" },
      });
    }
  });

  it("is in the variables of each function that works in tenants, with its login role", () => {
    const functions = everything(prod).filter(({ Type }) => Type === "AWS::Lambda::Function");
    const urls = functions.flatMap(({ Properties }) => {
      const { POWERTOOLS_SERVICE_NAME: service, DEDICATED_DATABASES: databases } =
        Properties.Environment.Variables;
      return databases ? [[service, JSON.parse(written(databases))]] : [];
    });
    const at = (user: string) => ({
      harbour: `postgres://bulkhead_${user}@Dedicated-harbour/DatabaseClusterEndpointAddress:Dedicated-harbour/DatabaseClusterEndpointPort/bulkhead?sslmode=verify-full`,
    });
    expect(Object.fromEntries(urls)).toEqual({
      api: at("api"),
      worker: at("worker"),
      "dead-letters": at("dead_letters"),
      sweeper: at("sweeper"),
      operator: at("operator"),
    });
  });

  it("does not change the logical ids of the pooled database", () => {
    expect(Object.keys(resources(prod.stacks.data))).toEqual(
      Object.keys(resources(build("prod").stacks.data)),
    );
  });
});
