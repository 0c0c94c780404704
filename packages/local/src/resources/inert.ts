import type { JsonValue } from "../shared/json.ts";
import type { CreatedResource } from "../template/template.ts";
import { arnOf, physicalName, type ResourceIdentity, stableId } from "./naming.ts";

/** Values of Ref and of ARN attributes, where a template reads them. @default the physical name */
type Inert = { ref?(of: ResourceIdentity): string; arn?(of: ResourceIdentity): string };

const noValues: Inert = {};
const global = ({ stack }: ResourceIdentity, service: string, resource: string) =>
  `arn:aws:${service}::${stack.account}:${resource}`;
const topicArn = (of: ResourceIdentity) => arnOf(of, "sns", physicalName(of));

/**
 * Types that are accepted and do nothing in the local cloud. Their properties are not evaluated.
 */
export const INERT: Record<string, Inert> = {
  "AWS::Backup::BackupPlan": noValues,
  "AWS::Backup::BackupSelection": noValues,
  "AWS::Backup::BackupVault": noValues,
  "AWS::CDK::Metadata": noValues,
  "AWS::CertificateManager::Certificate": noValues,
  "AWS::CloudFront::OriginAccessControl": noValues,
  "AWS::CloudWatch::Alarm": noValues,
  "AWS::CloudWatch::CompositeAlarm": noValues,
  "AWS::CloudWatch::Dashboard": noValues,
  "AWS::CloudWatch::InsightRule": noValues,
  "AWS::EC2::EIP": noValues,
  "AWS::EC2::FlowLog": noValues,
  "AWS::EC2::Instance": noValues,
  "AWS::EC2::InternetGateway": noValues,
  "AWS::EC2::NatGateway": noValues,
  "AWS::EC2::Route": noValues,
  "AWS::EC2::RouteTable": noValues,
  "AWS::EC2::SecurityGroup": noValues,
  "AWS::EC2::SecurityGroupEgress": noValues,
  "AWS::EC2::SecurityGroupIngress": noValues,
  "AWS::EC2::Subnet": noValues,
  "AWS::EC2::SubnetRouteTableAssociation": noValues,
  "AWS::EC2::VPC": noValues,
  "AWS::EC2::VPCEndpoint": noValues,
  "AWS::EC2::VPCGatewayAttachment": noValues,
  "AWS::IAM::InstanceProfile": noValues,
  "AWS::IAM::ManagedPolicy": { ref: (of) => global(of, "iam", `policy/${physicalName(of)}`) },
  "AWS::IAM::Policy": noValues,
  "AWS::IAM::Role": { arn: (of) => global(of, "iam", `role/${physicalName(of, 64)}`) },
  "AWS::KMS::Alias": noValues,
  "AWS::KMS::Key": { ref: keyId, arn: (of) => arnOf(of, "kms", `key/${keyId(of)}`) },
  "AWS::Lambda::Permission": noValues,
  "AWS::Logs::LogGroup": { arn: (of) => arnOf(of, "logs", `log-group:${physicalName(of)}:*`) },
  "AWS::Logs::MetricFilter": noValues,
  "AWS::Logs::QueryDefinition": noValues,
  "AWS::Logs::ResourcePolicy": noValues,
  "AWS::RDS::DBClusterParameterGroup": noValues,
  "AWS::RDS::DBInstance": noValues,
  "AWS::RDS::DBSubnetGroup": noValues,
  "AWS::Route53::RecordSet": noValues,
  "AWS::S3::BucketPolicy": noValues,
  "AWS::SNS::Subscription": noValues,
  "AWS::SNS::Topic": { ref: topicArn },
  "AWS::SNS::TopicPolicy": noValues,
  "AWS::SQS::QueuePolicy": noValues,
  "AWS::WAFv2::LoggingConfiguration": noValues,
  "AWS::WAFv2::WebACL": noValues,
  "AWS::XRay::TransactionSearchConfig": noValues,
};

export function createInert({ ref, arn }: Inert, of: ResourceIdentity): CreatedResource {
  const name = ref?.(of) ?? physicalName(of);
  return {
    ref: name,
    // Such an attribute is only used in ignored properties and outputs.
    attribute: (attribute): JsonValue =>
      attribute.endsWith("Arn") ? (arn?.(of) ?? name) : `${name}.${attribute}`,
  };
}

function keyId(of: ResourceIdentity): string {
  const id = stableId(of, 32).padEnd(32, "0");
  return [8, 12, 16, 20, 32].map((end, at) => id.slice([0, 8, 12, 16, 20][at], end)).join("-");
}
