import { MASTER_ROLE, prepareAurora } from "../postgres/index.ts";
import { isObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { made } from "./created.ts";
import { arnOf, physicalName, stableId } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

/** The embedded PostgreSQL's. What runs here must mean the same there. */
const MAJOR_VERSION = "17";

const oneMachine = ignored("one server, on this machine");
const noBackup = ignored("a laptop's data is its owner's to copy");
const notWatched = ignored("nobody watches a laptop");

export const cluster: EmulatedType = {
  type: "AWS::RDS::DBCluster",
  properties: {
    DatabaseName: supported,
    Engine: supported,
    EngineVersion: supported,
    MasterUsername: supported,
    MasterUserPassword: supported,
    ManageMasterUserPassword: supported,
    EnableHttpEndpoint: supported,
    EnableIAMDatabaseAuthentication: supported,
    MasterUserSecret: ignored("no key of ours encrypts it"),
    DBClusterIdentifier: supported,
    DBClusterParameterGroupName: ignored("TLS and pausing are Aurora's"),
    DBSubnetGroupName: oneMachine,
    VpcSecurityGroupIds: oneMachine,
    Port: oneMachine,
    ServerlessV2ScalingConfiguration: oneMachine,
    StorageType: oneMachine,
    BackupRetentionPeriod: noBackup,
    PreferredBackupWindow: noBackup,
    CopyTagsToSnapshot: noBackup,
    DeletionProtection: noBackup,
    StorageEncrypted: ignored("the folder is as private as its owner keeps it"),
    KmsKeyId: ignored("the folder is as private as its owner keeps it"),
    EnableCloudwatchLogsExports: notWatched,
    MonitoringInterval: notWatched,
    MonitoringRoleArn: notWatched,
    PerformanceInsightsEnabled: notWatched,
    PerformanceInsightsKmsKeyId: notWatched,
    PerformanceInsightsRetentionPeriod: notWatched,
    DatabaseInsightsMode: notWatched,
    PreferredMaintenanceWindow: notWatched,
    AutoMinorVersionUpgrade: notWatched,
    Tags: supported,
  },

  async make(making) {
    const { read, cloud } = making;
    refuseWhatDiffers(making);
    const database = read.text("DatabaseName");
    const identifier = read.optionalText("DBClusterIdentifier") ?? identifierOf(making);
    const { masterPassword, secretArn } = masterOf(making, identifier);
    const placement = placementOf(making);
    const server = await serverOf(making, placement);
    const { masterUrl } = await prepareAurora(server, { database, masterPassword });
    cloud.declared.databases.push({ server, database, masterUrl, placement });

    const { host, port } = server;
    const arn = arnOf(making, "rds", `cluster:${identifier}`);
    if (read.flag("EnableHttpEndpoint")) {
      cloud.services.rdsData.addCluster({ arn, host, port, database });
    }
    return made(making, identifier, {
      "Endpoint.Address": host,
      "Endpoint.Port": String(port),
      "ReadEndpoint.Address": host,
      DBClusterArn: arn,
      DBClusterResourceId: `cluster-${stableId(making, 26).toUpperCase()}`,
      ...(secretArn && { "MasterUserSecret.SecretArn": secretArn }),
    });
  },
};

function placementOf({ read }: ResourceContext): string | undefined {
  const tags = read.list("Tags").filter(isObject);
  const tag = tags.find(({ Key }) => Key === "placement");
  return tag && String(tag.Value);
}

/** The first cluster gets the server that runs already, each further one a server of its own. */
async function serverOf({ cloud, where, stack }: ResourceContext, placement: string | undefined) {
  const { databases } = cloud.declared;
  if (databases.length === 0) return cloud.servers.first;
  if (!placement || databases.some((other) => other.placement === placement)) {
    throw new StartError(
      `${where} is not the first cluster: give it a tag "placement" with a name of its own.`,
    );
  }
  const { server, isNew } = await cloud.servers.another(placement);
  // What they had made was in the folder that is no longer there.
  if (isNew) cloud.customResources.forget(stack.name);
  return server;
}

const identifierOf = (making: ResourceContext) => physicalName(making, 63).toLowerCase();

function refuseWhatDiffers({ read, where }: ResourceContext): void {
  read.only("Engine", "aurora-postgresql");
  read.only("MasterUsername", MASTER_ROLE);
  const version = read.optionalText("EngineVersion") ?? MAJOR_VERSION;
  if (version.split(".")[0] !== MAJOR_VERSION) {
    throw new StartError(
      `${where} is PostgreSQL ${version}, the embedded one is ${MAJOR_VERSION}: change both together.`,
    );
  }
}

/** With ManageMasterUserPassword RDS makes the secret itself: JSON with `username` and `password`. */
function masterOf(making: ResourceContext, identifier: string) {
  const { read, cloud } = making;
  if (!read.flag("ManageMasterUserPassword")) {
    return { masterPassword: read.text("MasterUserPassword"), secretArn: undefined };
  }
  const { arn, value } = cloud.services.secrets.create({
    name: `rds!cluster-${identifier}`,
    generate: {
      SecretStringTemplate: JSON.stringify({ username: MASTER_ROLE }),
      GenerateStringKey: "password",
      ExcludePunctuation: true,
    },
  });
  const credentials: unknown = JSON.parse(value);
  const masterPassword = isObject(credentials) ? String(credentials.password) : "";
  return { masterPassword, secretArn: arn };
}
