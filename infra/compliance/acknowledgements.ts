import type { Acknowledgement } from "./acknowledgement.ts";

/** The day on which somebody last read this whole list. No entry outlives it by more than a year. */
export const REVIEWED = "2026-11-23";

const FUNCTIONS = [
  "Schema/Migrator",
  "{dedicated}/Migrator",
  "{dedicated}/Introducer",
  "Jobs/Worker",
  "Jobs/DeadLetters",
  "Jobs/Sweeper",
  "Operator/Operator",
  "Api/Auth",
  "Api/Api",
  "Web/Publisher",
];
const SECRETS = ["Data/AuthSecret", "Data/OriginSecret"];

const [NIST, HIPAA, PCI] = ["NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321"];

/** One rule that several packs have under their own names, accepted for one reason. */
const inPacks = (
  packs: readonly (string | undefined)[],
  rule: string,
  entry: Omit<Acknowledgement, "rule">,
): Acknowledgement[] => packs.map((pack) => ({ rule: `${pack}-${rule}`, ...entry }));

/** How cdk-nag prints the ARN of a bucket that another stack owns. */
const arnOf = (stack: string, output: string) =>
  `{"Fn::GetStackOutput":{"StackName":"Bulkhead-{stage}-${stack}","Region":"{region}",` +
  `"OutputName":"PublishOutputFnGetAtt${output}"}}`;
const EXPORTS = arnOf("Data", "Exports25637AFBArn9B1D22E2");
const SITE = arnOf("Entry", "SiteE53D7754ArnA6C22265");

/**
 * Every finding that we accept. `{stage}` and `{region}` stand for the stage's own, `{dedicated}` for
 * the stack of each dedicated database.
 */
export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  // Permissions

  {
    rule: "AwsSolutions-IAM5[Resource::*]",
    on: FUNCTIONS,
    reason:
      "Two statements, both of named actions: X-Ray's Put actions have no resource level, and " +
      "Lambda checks the network interface actions against every resource when it deploys.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${EXPORTS}/exports/*]`,
    on: ["Jobs/Worker", "Api/Api", "Operator/Operator"],
    reason:
      "An object's key holds the tenant and the job, so it can't be named beforehand. The prefix is " +
      "fixed, and which tenant's key is read is decided by a row that only that tenant sees.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${EXPORTS}/archives/*]`,
    on: ["Operator/Operator"],
    reason:
      "An archive of a tenant has the name that an operator gives it. The prefix is fixed, and no other " +
      "function may read or write below it.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${SITE}/*]`,
    on: ["Web/Publisher"],
    reason:
      "Every object of the site's bucket is the publisher's own: it puts the files of a release, whose " +
      "names hold hashes, and takes old ones away. The actions are named, and so is the bucket.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::arn:aws:logs:{region}:<AWS::AccountId>:log-group:RDSOSMetrics:log-stream:*]",
    on: ["Data/Database/Monitoring", "{dedicated}/Database/Monitoring"],
    reason:
      "Enhanced monitoring names a stream after each instance, in the one log group that RDS uses.",
    owner: "platform",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]",
    on: ["Data/Vault/Role", "{dedicated}/Vault/Role"],
    stages: ["prod"],
    reason:
      "Only AWS Backup assumes the role, and AWS keeps the policy in step with what that service calls.",
    owner: "security",
    expires: "2027-11-23",
  },

  // Network

  ...inPacks([NIST, HIPAA, PCI], "VPCDefaultSecurityGroupClosed", {
    on: ["Network/Vpc"],
    reason:
      "CloudFormation can't empty the default group, so the rule objects to every VPC. Nothing wears " +
      "the group: each function and the database name their own.",
    owner: "security",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA, PCI], "VPCNoUnrestrictedRouteToIGW", {
    on: ["Network/Vpc/PublicSubnet1", "Network/Vpc/PublicSubnet2"],
    reason: "The public subnets hold the NAT and nothing else; its way out is what they are for.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA, PCI], "EC2InstanceNoPublicIp", {
    on: ["Network/Vpc/PublicSubnet1/NatInstance"],
    stages: ["dev"],
    reason:
      "A NAT instance translates to its public address. It accepts HTTPS of the functions alone.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA, PCI], "EC2InstancesInVPC", {
    on: ["Network/Vpc/PublicSubnet1/NatInstance"],
    stages: ["dev"],
    reason:
      "It is in the VPC: its subnet is named in its network interface, where the rule does not look.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  {
    rule: "AwsSolutions-EC29",
    on: ["Network/Vpc/PublicSubnet1/NatInstance"],
    stages: ["dev"],
    reason:
      "The NAT instance holds no state and is replaced with each new image; protection would stop that.",
    owner: "platform",
    expires: "2027-11-23",
  },

  // Data

  {
    rule: "AwsSolutions-RDS10",
    on: ["Data/Database/Cluster", "{dedicated}/Database/Cluster"],
    stages: ["dev"],
    reason: "Development data is made up, and the stage is meant to be thrown away.",
    owner: "platform",
    expires: "2027-11-23",
  },
  ...inPacks([NIST, HIPAA], "RDSInstanceDeletionProtectionEnabled", {
    on: ["Data/Database/Cluster", "{dedicated}/Database/Cluster"],
    stages: ["dev"],
    reason: "Development data is made up, and the stage is meant to be thrown away.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA], "RDSInBackupPlan", {
    on: ["Data/Database/Cluster", "{dedicated}/Database/Cluster"],
    stages: ["dev"],
    reason: "Development data is made up. The cluster's own backups reach back one day.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA], "RDSInBackupPlan", {
    on: ["Data/Database/Cluster", "{dedicated}/Database/Cluster"],
    stages: ["prod"],
    reason:
      "The plan in Vault selects the cluster, which is what Aurora backs up; the rule looks for " +
      "its instances.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  {
    rule: "AwsSolutions-SMG4",
    on: SECRETS,
    reason:
      "Rotating the sign-in secret ends every session, and the origin secret must change in the " +
      "distribution and the functions at once: an operator does either, on a date or after a leak. " +
      "The database's master secret rotates every seven days by itself.",
    owner: "security",
    expires: "2027-05-23",
  },
  ...inPacks([NIST, HIPAA], "SecretsManagerRotationEnabled", {
    on: SECRETS,
    reason:
      "Rotating the sign-in secret ends every session, and the origin secret must change in the " +
      "distribution and the functions at once: an operator does either, on a date or after a leak. " +
      "The database's master secret rotates every seven days by itself.",
    owner: "security",
    expires: "2027-05-23",
  }),
  ...inPacks([NIST, HIPAA, PCI], "S3BucketReplicationEnabled", {
    on: ["Data/Exports", "Data/AccessLogs", "Entry/Site", "Entry/AccessLogs", "Entry/Logs"],
    reason:
      "Nothing here is the only copy of anything that must last: exports are made from the database " +
      "again, the site from the repository, and access logs are kept for a fixed time.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA, PCI], "S3DefaultEncryptionKMS", {
    on: ["Data/AccessLogs", "Entry/AccessLogs", "Entry/Site"],
    reason:
      "Encrypted with S3's own key. S3's access log delivery can't write with a customer's key, and the " +
      "site holds what every visitor downloads.",
    owner: "security",
    expires: "2027-11-23",
  }),

  // The way in

  {
    rule: "AwsSolutions-CFR1",
    on: ["Entry/Distribution"],
    reason: "The product is sold in every country; sanctions are the contract's matter.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-CFR2",
    on: ["Entry/Distribution"],
    stages: ["dev"],
    reason:
      "Development has no customers. The API throttles by itself; production has the firewall.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-CFR4",
    on: ["Entry/Distribution"],
    reason:
      "CloudFront fixes the TLS version of its own domain name. With a domain and a certificate in " +
      "infra/stages.ts the minimum is TLS 1.2, and this entry goes.",
    owner: "security",
    expires: "2027-05-23",
  },
  {
    rule: "AwsSolutions-APIG4",
    on: ["Api/AuthRoute", "Api/ApiRoute"],
    reason:
      "An authorizer would decide outside the database. Each request brings the origin secret, which " +
      "the function checks, and its credential, which Postgres checks in the statement's own " +
      "transaction; sign-in can't ask for one.",
    owner: "security",
    expires: "2027-11-23",
  },

  // Alarms

  ...inPacks([NIST, HIPAA], "CloudWatchAlarmAction", {
    on: ["Availability", "Latency"].flatMap((objective) =>
      ["FastOver5", "FastOver60", "SlowOver30", "SlowOver360"].map(
        (window) => `Watch/${objective}Burns${window}Minutes`,
      ),
    ),
    reason:
      "Half of a composite alarm, which rings when the long and the short window agree, and has the " +
      "action. By itself a half would wake somebody for nothing.",
    owner: "platform",
    expires: "2027-11-23",
  }),

  // Functions and queues

  ...inPacks([NIST, HIPAA], "LambdaDLQ", {
    on: FUNCTIONS,
    reason:
      "A dead-letter target serves asynchronous calls. These are called by HTTP, by queues with their " +
      "own redrive, by people who wait for the answer, and by CloudFormation; the daily sweep that fails is followed by the next.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA], "LambdaConcurrency", {
    on: FUNCTIONS,
    stages: ["dev"],
    reason:
      "A new account may run ten functions at once, and Lambda refuses a reservation that leaves " +
      "fewer. The worker is limited by its event source; production reserves for each function.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...inPacks([NIST, HIPAA, PCI], "LambdaInsideVPC", {
    on: ["Schema/Migrator", "{dedicated}/Migrator", "{dedicated}/Introducer", "Web/Publisher"],
    reason:
      "They reach the RDS Data API or S3, and CloudFormation, through AWS's own endpoints, and " +
      "nothing in the VPC.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  {
    rule: "AwsSolutions-SQS3",
    on: ["Jobs/Sweeps"],
    reason:
      "A sweep carries no work, only the wish to look: one that is lost is made good by the next, or by " +
      "the daily schedule.",
    owner: "platform",
    expires: "2027-11-23",
  },
];
