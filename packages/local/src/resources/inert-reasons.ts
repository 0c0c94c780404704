/** Why types do nothing in the local cloud, by the longest matching prefix. */
const REASONS: Record<string, string> = {
  "AWS::Backup": "local data is not backed up",
  "AWS::CDK": "it is the CDK's usage reporting",
  "AWS::CertificateManager": "the front door is plain HTTP on the loopback interface",
  "AWS::CloudFront": "buckets are read in-process, without a signature",
  "AWS::CloudWatch": "the local cloud raises no alarms; traces and logs are on these pages",
  "AWS::EC2": "everything is on the loopback interface",
  "AWS::IAM": "permissions are not evaluated",
  "AWS::KMS": "nothing is encrypted with a key: the home folder is as private as its file mode",
  "AWS::Lambda": "permissions are not evaluated",
  "AWS::Logs": "the functions' log lines are in the terminal and on these pages",
  "AWS::RDS": "the cluster is one PostgreSQL server on this machine",
  "AWS::Route53": "the front door is an address of this machine, without a name",
  "AWS::S3": "permissions are not evaluated",
  "AWS::SNS": "the local cloud raises no alarms",
  "AWS::SQS": "permissions are not evaluated",
  "AWS::WAFv2": "only this machine reaches the front door",
  "AWS::XRay": "functions send their spans to this machine, and their traces are on these pages",
};

/** @param type one of the inert types, such as `AWS::EC2::Subnet` */
export function whyInert(type: string): string | undefined {
  const starts = Object.keys(REASONS).filter((start) => type.startsWith(`${start}::`));
  const longest = starts.sort((left, right) => right.length - left.length)[0];
  return longest && REASONS[longest];
}
