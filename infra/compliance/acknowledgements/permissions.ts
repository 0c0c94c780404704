import type { Acknowledgement } from "../acknowledgement.ts";
import { FUNCTIONS } from "./functions.ts";

/** How cdk-nag prints the ARN of a bucket in another stack. */
const arnOf = (stack: string, output: string) =>
  `{"Fn::GetStackOutput":{"StackName":"Bulkhead-{stage}-${stack}","Region":"{region}",` +
  `"OutputName":"PublishOutputFnGetAtt${output}"}}`;
const EXPORTS = arnOf("Data", "Exports25637AFBArn9B1D22E2");
const SITE = arnOf("Entry", "SiteE53D7754ArnA6C22265");

export const PERMISSIONS: readonly Acknowledgement[] = [
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
      "An object's key contains the tenant and the job, so it isn't known in advance. The prefix is fixed, " +
      "and the key of each access comes from a row that only its tenant can read.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${EXPORTS}/archives/*]`,
    on: ["Operator/Operator"],
    reason:
      "An operator chooses the name of an archive. The prefix is fixed, and no other function may read or " +
      "write below it.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${SITE}/*]`,
    on: ["Web/Publisher"],
    reason:
      "The publisher manages every object of the site's bucket: it uploads the files of a release, whose " +
      "names contain hashes, and deletes old ones. The actions and the bucket are named.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::arn:aws:logs:{region}:<AWS::AccountId>:log-group:RDSOSMetrics:log-stream:*]",
    on: ["Data/Database/Monitoring", "{dedicated}/Database/Monitoring"],
    reason:
      "Enhanced monitoring names a log stream after each instance, in the one log group that RDS uses.",
    owner: "platform",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]",
    on: ["Data/Vault/Role", "{dedicated}/Vault/Role"],
    stages: ["prod"],
    reason:
      "Only AWS Backup can assume the role, and AWS updates the policy with the calls of that service.",
    owner: "security",
    expires: "2027-11-23",
  },
];
