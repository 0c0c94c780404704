import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { build, ofType, resources, written } from "./support.ts";

/** All rules of a group, inline and separate: from port, to port, peer. */
function rules(stack: Stack, direction: "Ingress" | "Egress", group: string) {
  const inside = Object.entries(resources(stack))
    .filter(
      ([id, { Type }]) => Type === "AWS::EC2::SecurityGroup" && written({ Ref: id }) === group,
    )
    .flatMap(([, { Properties }]) => Properties[`SecurityGroup${direction}`] ?? []);
  const beside = ofType(stack, `AWS::EC2::SecurityGroup${direction}`)
    .map(({ Properties }) => Properties)
    .filter(({ GroupId }) => written(GroupId) === `${group}.GroupId`);
  return [...inside, ...beside].map((rule) => [
    rule.FromPort,
    rule.ToPort,
    written(rule.CidrIp ?? rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId),
  ]);
}

describe.each(["dev", "prod"] as const)("the network of %s", (name) => {
  const { network } = build(name).stacks;

  it("lets only the functions connect to the database", () => {
    expect(rules(network, "Ingress", "Database")).toEqual([[5432, 5432, "Functions.GroupId"]]);
    expect(rules(network, "Ingress", "Functions")).toEqual([]);
  });

  it("lets the functions out for queries and HTTPS only", () => {
    expect(rules(network, "Egress", "Functions")).toEqual(
      expect.arrayContaining([
        [443, 443, "0.0.0.0/0"],
        [5432, 5432, "Database.GroupId"],
      ]),
    );
    for (const [from, to] of rules(network, "Egress", "Functions")) {
      expect([443, 5432]).toContain(from);
      expect(to).toBe(from);
    }
  });

  it("has no route from the database's subnets to the internet", () => {
    const routes = ofType(network, "AWS::EC2::Route").map(({ Properties }) =>
      written(Properties.RouteTableId),
    );
    expect(routes.filter((table) => table.includes("Database"))).toEqual([]);
  });

  it("has a gateway endpoint for S3, and logs every flow", () => {
    const template = Template.fromStack(network);
    template.resourceCountIs("AWS::EC2::VPCEndpoint", 1);
    template.hasResourceProperties("AWS::EC2::FlowLog", { TrafficType: "ALL" });
  });
});

it("dev has an encrypted NAT instance that accepts HTTPS from the functions only", () => {
  const { network } = build("dev").stacks;
  const template = Template.fromStack(network);
  template.resourceCountIs("AWS::EC2::NatGateway", 0);
  template.hasResourceProperties("AWS::EC2::Instance", {
    SourceDestCheck: false,
    MetadataOptions: { HttpTokens: "required" },
    BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    NetworkInterfaces: [{ AssociatePublicIpAddress: true }],
  });
  expect(rules(network, "Ingress", "VpcNatSecurityGroup")).toEqual([
    [443, 443, "Functions.GroupId"],
  ]);
});

it("prod has a NAT gateway", () => {
  const template = Template.fromStack(build("prod").stacks.network);
  template.resourceCountIs("AWS::EC2::NatGateway", 1);
  template.resourceCountIs("AWS::EC2::Instance", 0);
});

it("a stage without NAT has no internet access, and an endpoint for each service that a function calls", () => {
  const template = Template.fromStack(build("dev", { nat: "none" }).stacks.network);
  template.resourceCountIs("AWS::EC2::InternetGateway", 0);
  const services = Object.values(template.findResources("AWS::EC2::VPCEndpoint"))
    .filter(({ Properties }) => Properties.VpcEndpointType === "Interface")
    .map(({ Properties }) => written(Properties.ServiceName).split(".").at(-1));
  expect(services.sort()).toEqual(["email", "secretsmanager", "sqs", "xray"]);
});

// The database can't move to another VPC, and logs stay encrypted with the old key.
it("keeps the logical ids of resources that other stacks use", () => {
  const ids = Object.keys(resources(build("prod").stacks.network));
  expect(ids).toEqual(
    expect.arrayContaining([
      "DatabaseB269D8BB",
      "Functions1094A112",
      "OperationsKey2329F47A",
      "Vpc8378EB38",
    ]),
  );
});
