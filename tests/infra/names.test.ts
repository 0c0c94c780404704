import { expect, it } from "vitest";
import { build, everything, type Resource } from "./support.ts";

/** Properties with an optional name, which CloudFormation generates by default. */
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

// A fixed name prevents replacement of the resource, and two stages in one account.
it.each(["dev", "prod"] as const)("%s lets CloudFormation generate names", (name) => {
  const named = everything(build(name)).flatMap(({ id, stack, Type, Properties }) =>
    (NAMES[Type] ?? [])
      .filter((property) => Properties[property] !== undefined)
      .map((property) => `${stack}/${id} ${property} ${Properties[property]}`),
  );
  // WAF requires a prefix of the log group's name. RDS names it after the cluster: to create the group
  // first, the cluster has a name. Both names contain the stage's.
  const isRequired = (each: string) =>
    / LogGroupName (aws-waf-logs-|\/aws\/rds\/cluster\/)| DBClusterIdentifier /.test(each);
  expect(named.filter((each) => !isRequired(each))).toEqual([]);
  for (const each of named) expect(each).toContain(`bulkhead-${name}-`);
  expect(named).toHaveLength(name === "prod" ? 3 : 4);
});

/** Required names, for which the CDK's default is the same in every stage of an account. */
const REQUIRED: Record<string, (properties: Resource["Properties"]) => string> = {
  "AWS::Backup::BackupVault": ({ BackupVaultName }) => BackupVaultName,
  "AWS::CloudFront::Function": ({ Name }) => Name,
  "AWS::CloudWatch::CompositeAlarm": ({ AlarmName }) => AlarmName,
  "AWS::CloudWatch::InsightRule": ({ RuleName }) => RuleName,
  "AWS::CloudFront::OriginAccessControl": ({ OriginAccessControlConfig }) =>
    OriginAccessControlConfig.Name,
  "AWS::CloudFront::ResponseHeadersPolicy": ({ ResponseHeadersPolicyConfig }) =>
    ResponseHeadersPolicyConfig.Name,
};

it.each(["dev", "prod"] as const)("%s has the stage's name in every required name", (name) => {
  const named = everything(build(name)).flatMap(({ stack, Type, Properties }) =>
    REQUIRED[Type] ? [[REQUIRED[Type](Properties), `Bulkhead-${name}-${stack}-`]] : [],
  );
  expect(named.length).toBeGreaterThan(4);
  for (const [given, prefix] of named) expect(given?.startsWith(prefix ?? "")).toBe(true);
});

// The CDK's helpers add functions, roles and logs without monitoring, and the local cloud can't run them.
it.each(["dev", "prod"] as const)(
  "%s has no helper function of the CDK: its custom resources are the product's",
  (name) => {
    const built = build(name);
    const custom = everything(built).filter(
      ({ Type }) => Type.startsWith("Custom::") || Type === "AWS::CloudFormation::CustomResource",
    );
    const dedicated = (built.stage.dedicated ?? []).map((each) => `Dedicated-${each.name}`);
    expect(custom.map(({ stack, Type }) => `${stack} ${Type}`)).toEqual([
      "Schema Custom::Schema",
      ...dedicated.flatMap((it) => [`${it} Custom::Schema`, `${it} Custom::Pairing`]),
      "Web Custom::Site",
    ]);
  },
);
