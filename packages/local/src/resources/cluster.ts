import { MASTER_ROLE, prepareAurora } from "../postgres/index.ts";
import { isObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { arnOf, physicalName, stableId } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

/** Major version of the embedded PostgreSQL. Aurora must have the same. */
const MAJOR_VERSION = "17";

const oneMachine = ignored("the cluster is one server on this machine");
const noBackup = ignored("local data is not backed up");
const noMonitoring = ignored("the local cloud has no monitoring");

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
    MasterUserSecret: ignored("nothing is encrypted with a key"),
    DBClusterIdentifier: supported,
    DBClusterParameterGroupName: ignored("the local server has neither TLS nor pausing"),
    DBSubnetGroupName: oneMachine,
    VpcSecurityGroupIds: oneMachine,
    Port: oneMachine,
    ServerlessV2ScalingConfiguration: oneMachine,
    StorageType: oneMachine,
    BackupRetentionPeriod: noBackup,
    PreferredBackupWindow: noBackup,
    CopyTagsToSnapshot: noBackup,
    DeletionProtection: noBackup,
    StorageEncrypted: ignored("the home folder is as private as its file mode"),
    KmsKeyId: ignored("the home folder is as private as its file mode"),
    EnableCloudwatchLogsExports: noMonitoring,
    MonitoringInterval: noMonitoring,
    MonitoringRoleArn: noMonitoring,
    PerformanceInsightsEnabled: noMonitoring,
    PerformanceInsightsKmsKeyId: noMonitoring,
    PerformanceInsightsRetentionPeriod: noMonitoring,
    DatabaseInsightsMode: noMonitoring,
    PreferredMaintenanceWindow: noMonitoring,
    AutoMinorVersionUpgrade: noMonitoring,
    Tags: supported,
  },

  async create(context) {
    const { read, cloud } = context;
    refuseDifferences(context);
    const database = read.text("DatabaseName");
    const identifier = read.optionalText("DBClusterIdentifier") ?? identifierOf(context);
    const { masterPassword, secretArn } = masterCredentials(context, identifier);
    const placement = placementOf(context);
    const server = await serverOf(context, placement);
    const { masterUrl } = await prepareAurora(server, { database, masterPassword });
    cloud.declared.databases.push({ server, database, masterUrl, placement });

    const { host, port } = server;
    const arn = arnOf(context, "rds", `cluster:${identifier}`);
    if (read.flag("EnableHttpEndpoint")) {
      cloud.services.rdsData.addCluster({ arn, host, port, database });
    }
    return created(context, identifier, {
      "Endpoint.Address": host,
      "Endpoint.Port": String(port),
      "ReadEndpoint.Address": host,
      DBClusterArn: arn,
      DBClusterResourceId: `cluster-${stableId(context, 26).toUpperCase()}`,
      ...(secretArn && { "MasterUserSecret.SecretArn": secretArn }),
    });
  },
};

function placementOf({ read }: ResourceContext): string | undefined {
  const tags = read.list("Tags").filter(isObject);
  const tag = tags.find(({ Key }) => Key === "placement");
  return tag && String(tag.Value);
}

/** The first cluster gets the server that is already running, each further one its own server. */
async function serverOf({ cloud, where, stack }: ResourceContext, placement: string | undefined) {
  const { databases } = cloud.declared;
  if (databases.length === 0) return cloud.servers.first;
  if (!placement || databases.some((other) => other.placement === placement)) {
    throw new StartError(
      `${where} is not the first cluster: give it a tag "placement" with a unique name.`,
    );
  }
  const { server, isNew } = await cloud.servers.startFurther(placement);
  // Everything they created was in the folder that is gone.
  if (isNew) cloud.customResources.forget(stack.name);
  return server;
}

const identifierOf = (context: ResourceContext) => physicalName(context, 63).toLowerCase();

function refuseDifferences({ read, where }: ResourceContext): void {
  read.only("Engine", "aurora-postgresql");
  read.only("MasterUsername", MASTER_ROLE);
  const version = read.optionalText("EngineVersion") ?? MAJOR_VERSION;
  if (version.split(".")[0] !== MAJOR_VERSION) {
    throw new StartError(
      `${where} is PostgreSQL ${version}, the embedded one is ${MAJOR_VERSION}: change both together.`,
    );
  }
}

/** With ManageMasterUserPassword RDS creates the secret itself: JSON with `username` and `password`. */
function masterCredentials(context: ResourceContext, identifier: string) {
  const { read, cloud } = context;
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
