/** Why the types of a service do nothing here, by the longest start of their name. */
const REASONS: Record<string, string> = {
  "AWS::Backup": "a laptop's data is its owner's to copy",
  "AWS::CDK": "it tells the CDK's makers what is used, and a laptop tells nobody",
  "AWS::CertificateManager": "the front door is plain HTTP on the loopback interface",
  "AWS::CloudFront": "buckets are read in-process, without a signature",
  "AWS::CloudWatch": "nobody is woken by a laptop, and its traces and logs are on these pages",
  "AWS::EC2": "everything is on the loopback interface: there is no network to cut",
  "AWS::IAM": "permissions are not evaluated",
  "AWS::KMS": "nothing is encrypted with a key: the folder is as private as its owner keeps it",
  "AWS::Lambda": "permissions are not evaluated",
  "AWS::Logs": "the functions' lines are printed, and on these pages",
  "AWS::RDS": "one PostgreSQL on this machine plays the cluster",
  "AWS::Route53": "the front door is an address of this machine: no name leads to it",
  "AWS::S3": "permissions are not evaluated",
  "AWS::SNS": "alarms ring nowhere, so nobody subscribes to them",
  "AWS::SQS": "permissions are not evaluated",
  "AWS::WAFv2": "nobody but this machine reaches the front door",
};

/** @param type one of the inert types, such as `AWS::EC2::Subnet` */
export function whyInert(type: string): string | undefined {
  const starts = Object.keys(REASONS).filter((start) => type.startsWith(`${start}::`));
  const longest = starts.sort((left, right) => right.length - left.length)[0];
  return longest && REASONS[longest];
}
