import { type Acknowledgement, forRules, HIPAA, inPacks, NIST, PCI } from "../acknowledgement.ts";

export const FUNCTIONS = [
  "Schema/Migrator",
  "{dedicated}/Migrator",
  "{dedicated}/DatabasePairing",
  "Jobs/Worker",
  "Jobs/DeadLetters",
  "Jobs/Sweeper",
  "Operator/Operator",
  "Api/Auth",
  "Api/Api",
  "Web/Publisher",
];

export const FUNCTIONS_AND_QUEUES: readonly Acknowledgement[] = [
  ...forRules(inPacks([NIST, HIPAA], "LambdaDLQ"), {
    on: FUNCTIONS,
    reason:
      "A dead-letter target is for asynchronous invocations. The callers are HTTP, queues with their own " +
      "redrive, operators who wait for the result, and CloudFormation; a failed daily sweep is followed by " +
      "the next.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA], "LambdaConcurrency"), {
    on: FUNCTIONS,
    stages: ["dev"],
    reason:
      "A new account may have a quota of ten concurrent executions, and Lambda rejects a reservation that " +
      "leaves fewer. The worker is limited by its event source; production reserves for each function.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA, PCI], "LambdaInsideVPC"), {
    on: ["Schema/Migrator", "{dedicated}/Migrator", "{dedicated}/DatabasePairing", "Web/Publisher"],
    reason:
      "They call the RDS Data API or S3, and CloudFormation, at AWS's public endpoints, and nothing in the " +
      "VPC.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  {
    rule: "AwsSolutions-SQS3",
    on: ["Jobs/Sweeps"],
    reason:
      "A sweep message carries no data: the next one, or the daily schedule, replaces a lost one.",
    owner: "platform",
    expires: "2027-11-23",
  },
];
