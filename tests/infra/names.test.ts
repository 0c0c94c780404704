import { expect, it } from "vitest";
import { build, everything, type Resource } from "./support.ts";

/** Where CloudFormation takes a name. It makes one of its own if we do not. */
const NAMES: Record<string, string[]> = {
  "AWS::CloudWatch::Alarm": ["AlarmName"],
  "AWS::EC2::SecurityGroup": ["GroupName"],
  "AWS::Events::Rule": ["Name"],
  "AWS::IAM::InstanceProfile": ["InstanceProfileName"],
  "AWS::IAM::ManagedPolicy": ["ManagedPolicyName"],
  "AWS::IAM::Role": ["RoleName"],
  "AWS::Lambda::Function": ["FunctionName"],
  "AWS::Logs::LogGroup": ["LogGroupName"],
  "AWS::RDS::DBCluster": ["DBClusterIdentifier"],
  "AWS::RDS::DBClusterParameterGroup": ["DBClusterParameterGroupName"],
  "AWS::RDS::DBInstance": ["DBInstanceIdentifier"],
  "AWS::RDS::DBSubnetGroup": ["DBSubnetGroupName"],
  "AWS::S3::Bucket": ["BucketName"],
  "AWS::SNS::Topic": ["TopicName"],
  "AWS::SQS::Queue": ["QueueName"],
  "AWS::SecretsManager::Secret": ["Name"],
  "AWS::WAFv2::WebACL": ["Name"],
};

// A name of our own keeps a resource from being replaced, and two stages from sharing an account.
it.each(["dev", "prod"] as const)("%s lets CloudFormation name what it makes", (name) => {
  const named = everything(build(name)).flatMap(({ id, stack, Type, Properties }) =>
    (NAMES[Type] ?? [])
      .filter((property) => Properties[property] !== undefined)
      .map((property) => `${stack}/${id} ${property} ${Properties[property]}`),
  );
  // WAF writes to no log group that is called otherwise, and RDS to one that is called after the
  // cluster: for the group to be ours and there before it, the cluster has a name. Both hold the stage's.
  const isRequired = (each: string) =>
    / LogGroupName (aws-waf-logs-|\/aws\/rds\/cluster\/)| DBClusterIdentifier /.test(each);
  expect(named.filter((each) => !isRequired(each))).toEqual([]);
  for (const each of named) expect(each).toContain(`bulkhead-${name}-`);
  expect(named).toHaveLength(name === "prod" ? 3 : 4);
});

/** Where CloudFormation demands a name, and the CDK would make the same one in every stage of an account. */
const DEMANDED: Record<string, (properties: Resource["Properties"]) => string> = {
  "AWS::Backup::BackupVault": ({ BackupVaultName }) => BackupVaultName,
  "AWS::CloudFront::Function": ({ Name }) => Name,
  "AWS::CloudWatch::CompositeAlarm": ({ AlarmName }) => AlarmName,
  "AWS::CloudWatch::InsightRule": ({ RuleName }) => RuleName,
  "AWS::CloudFront::OriginAccessControl": ({ OriginAccessControlConfig }) =>
    OriginAccessControlConfig.Name,
  "AWS::CloudFront::ResponseHeadersPolicy": ({ ResponseHeadersPolicyConfig }) =>
    ResponseHeadersPolicyConfig.Name,
};

it.each(["dev", "prod"] as const)(
  "%s says which stage it is, where a name must be given",
  (name) => {
    const named = everything(build(name)).flatMap(({ stack, Type, Properties }) =>
      DEMANDED[Type] ? [[DEMANDED[Type](Properties), `Bulkhead-${name}-${stack}-`]] : [],
    );
    expect(named.length).toBeGreaterThan(4);
    for (const [given, prefix] of named) expect(given?.startsWith(prefix ?? "")).toBe(true);
  },
);

// The CDK's helpers bring functions, roles and logs that nobody reads, and the laptop can't run them.
it.each(["dev", "prod"] as const)(
  "%s has no helper of the CDK's: its custom resources are ours",
  (name) => {
    const built = build(name);
    const custom = everything(built).filter(
      ({ Type }) => Type.startsWith("Custom::") || Type === "AWS::CloudFormation::CustomResource",
    );
    const dedicated = (built.stage.dedicated ?? []).map((each) => `Dedicated-${each.name}`);
    expect(custom.map(({ stack, Type }) => `${stack} ${Type}`)).toEqual([
      "Schema Custom::Schema",
      ...dedicated.flatMap((it) => [`${it} Custom::Schema`, `${it} Custom::Introduction`]),
      "Web Custom::Site",
    ]);
  },
);
