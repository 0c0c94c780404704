import type { Json } from "../shared/json.ts";
import type { CreatedResource } from "../template/template.ts";
import { arnOf, physicalName, stableId } from "./naming.ts";
import type { ResourceContext } from "./resource-type.ts";

type ResourceIdentity = Pick<ResourceContext, "logicalId" | "stack">;

/** What an inert resource answers to Ref, where something reads it. @default its physical name */
type Inert = { ref?(of: ResourceIdentity): string; arn?(of: ResourceIdentity): string };

const nothing: Inert = {};
const global = ({ stack }: ResourceIdentity, service: string, resource: string) =>
  `arn:aws:${service}::${stack.account}:${resource}`;
const topicArn = (of: ResourceIdentity) => arnOf(of, "sns", physicalName(of));

/**
 * Types that are accepted and do nothing here, by name. Their properties are not even evaluated: a
 * laptop has no network to cut, no key to hold and nobody to wake.
 */
export const INERT: Record<string, Inert> = {
  "AWS::Backup::BackupPlan": nothing,
  "AWS::Backup::BackupSelection": nothing,
  "AWS::Backup::BackupVault": nothing,
  "AWS::CDK::Metadata": nothing,
  "AWS::CertificateManager::Certificate": nothing,
  "AWS::CloudFront::OriginAccessControl": nothing,
  "AWS::CloudWatch::Alarm": nothing,
  "AWS::CloudWatch::CompositeAlarm": nothing,
  "AWS::CloudWatch::Dashboard": nothing,
  "AWS::CloudWatch::InsightRule": nothing,
  "AWS::EC2::EIP": nothing,
  "AWS::EC2::FlowLog": nothing,
  "AWS::EC2::Instance": nothing,
  "AWS::EC2::InternetGateway": nothing,
  "AWS::EC2::NatGateway": nothing,
  "AWS::EC2::Route": nothing,
  "AWS::EC2::RouteTable": nothing,
  "AWS::EC2::SecurityGroup": nothing,
  "AWS::EC2::SecurityGroupEgress": nothing,
  "AWS::EC2::SecurityGroupIngress": nothing,
  "AWS::EC2::Subnet": nothing,
  "AWS::EC2::SubnetRouteTableAssociation": nothing,
  "AWS::EC2::VPC": nothing,
  "AWS::EC2::VPCEndpoint": nothing,
  "AWS::EC2::VPCGatewayAttachment": nothing,
  "AWS::IAM::InstanceProfile": nothing,
  "AWS::IAM::ManagedPolicy": { ref: (of) => global(of, "iam", `policy/${physicalName(of)}`) },
  "AWS::IAM::Policy": nothing,
  "AWS::IAM::Role": { arn: (of) => global(of, "iam", `role/${physicalName(of, 64)}`) },
  "AWS::KMS::Alias": nothing,
  "AWS::KMS::Key": { ref: keyId, arn: (of) => arnOf(of, "kms", `key/${keyId(of)}`) },
  "AWS::Lambda::Permission": nothing,
  "AWS::Logs::LogGroup": { arn: (of) => arnOf(of, "logs", `log-group:${physicalName(of)}:*`) },
  "AWS::Logs::MetricFilter": nothing,
  "AWS::Logs::QueryDefinition": nothing,
  "AWS::RDS::DBClusterParameterGroup": nothing,
  "AWS::RDS::DBInstance": nothing,
  "AWS::RDS::DBSubnetGroup": nothing,
  "AWS::Route53::RecordSet": nothing,
  "AWS::S3::BucketPolicy": nothing,
  "AWS::SNS::Subscription": nothing,
  "AWS::SNS::Topic": { ref: topicArn },
  "AWS::SNS::TopicPolicy": nothing,
  "AWS::SQS::QueuePolicy": nothing,
  "AWS::WAFv2::LoggingConfiguration": nothing,
  "AWS::WAFv2::WebACL": nothing,
};

export function makeInert({ ref, arn }: Inert, of: ResourceIdentity): CreatedResource {
  const name = ref?.(of) ?? physicalName(of);
  return {
    ref: name,
    // Where such an attribute leads, it leads to a property that is ignored, or to an output.
    attribute: (attribute): Json =>
      attribute.endsWith("Arn") ? (arn?.(of) ?? name) : `${name}.${attribute}`,
  };
}

function keyId(of: ResourceIdentity): string {
  const id = stableId(of, 32).padEnd(32, "0");
  return [8, 12, 16, 20, 32].map((end, at) => id.slice([0, 8, 12, 16, 20][at], end)).join("-");
}
