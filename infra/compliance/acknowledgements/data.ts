import { type Acknowledgement, forRules, HIPAA, inPacks, NIST, PCI } from "../acknowledgement.ts";

const CLUSTERS = ["Data/Database/Cluster", "{dedicated}/Database/Cluster"];
const SECRETS = ["Data/AuthSecret", "Data/OriginSecret"];

export const DATA: readonly Acknowledgement[] = [
  ...forRules(
    ["AwsSolutions-RDS10", ...inPacks([NIST, HIPAA], "RDSInstanceDeletionProtectionEnabled")],
    {
      on: CLUSTERS,
      stages: ["dev"],
      reason: "Development data is synthetic, and the stage is meant to be deleted.",
      owner: "platform",
      expires: "2027-11-23",
    },
  ),
  ...forRules(inPacks([NIST, HIPAA], "RDSInBackupPlan"), {
    on: CLUSTERS,
    stages: ["dev"],
    reason: "Development data is synthetic. The cluster's own backups cover one day.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA], "RDSInBackupPlan"), {
    on: CLUSTERS,
    stages: ["prod"],
    reason:
      "The plan in Vault selects the cluster, which is the unit of an Aurora backup; the rule looks for " +
      "its instances.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(["AwsSolutions-SMG4", ...inPacks([NIST, HIPAA], "SecretsManagerRotationEnabled")], {
    on: SECRETS,
    reason:
      "Rotating the sign-in secret ends every session, and the origin secret must change in the " +
      "distribution and the functions at once: an operator rotates them, on a date or after a leak. " +
      "RDS rotates the database's master secret every seven days.",
    owner: "security",
    expires: "2027-05-23",
  }),
  ...forRules(inPacks([NIST, HIPAA, PCI], "S3BucketReplicationEnabled"), {
    on: ["Data/Exports", "Data/AccessLogs", "Entry/Site", "Entry/AccessLogs", "Entry/Logs"],
    reason:
      "No bucket has the only copy of data that must last: exports can be created again from the database, " +
      "the site from the repository, and access logs have a fixed retention.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA, PCI], "S3DefaultEncryptionKMS"), {
    on: ["Data/AccessLogs", "Entry/AccessLogs", "Entry/Site"],
    reason:
      "Encrypted with S3's own key. S3's access log delivery can't use a customer managed key, and the " +
      "site is public.",
    owner: "security",
    expires: "2027-11-23",
  }),
];
