import { Stack, type StackProps } from "aws-cdk-lib";
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { writeFlows } from "../constructs/allow.ts";
import { operationsKey } from "../constructs/keys.ts";
import { encryptedLogs } from "../constructs/logs.ts";
import { NamedRole } from "../constructs/named-role.ts";
import { harden, natInstance } from "../constructs/nat-instance.ts";
import type { Network } from "../constructs/network.ts";
import type { StageConfig } from "../stages.ts";

export interface NetworkStackProps extends StackProps {
  readonly stage: StageConfig;
}

/**
 * The VPC, every security group and every rule. The groups are not in the stacks that use them, because a
 * rule between groups of two stacks makes the stacks depend on each other.
 */
export class NetworkStack extends Stack implements Network {
  readonly vpc: Vpc;
  /** Of every function that connects to a database. */
  readonly functions: SecurityGroup;
  readonly database: SecurityGroup;
  /** Of each dedicated database, by its name. */
  readonly dedicated: ReadonlyMap<string, SecurityGroup>;
  readonly functionSubnets: SubnetSelection = { subnetGroupName: "Functions" };
  readonly databaseSubnets: SubnetSelection = { subnetGroupName: "Database" };
  /** Encrypts logs and alarms. In the first stack, because the VPC's flow log needs it. */
  readonly operationsKey: Key;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { stage } = props;

    const instance = stage.nat === "instance" ? natInstance() : undefined;
    this.vpc = new Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: stage.nat === "none" ? 0 : 1,
      natGatewayProvider: instance ?? NatProvider.gateway(),
      // The CDK would empty the default group with a helper function; no resource uses that group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: subnets(stage),
    });
    this.vpc.addGatewayEndpoint("ObjectStorage", { service: GatewayVpcEndpointAwsService.S3 });

    this.functions = new SecurityGroup(this, "Functions", {
      vpc: this.vpc,
      description: "Functions that talk to the database",
      allowAllOutbound: false,
    });
    this.database = this.addDatabase("Database", "The database");
    this.dedicated = new Map(
      stage.dedicated?.map(({ name }) => [
        name,
        this.addDatabase(`Dedicated-${name}`, `The dedicated database ${name}`),
      ]),
    );
    this.functions.addEgressRule(Peer.anyIpv4(), Port.HTTPS, "AWS and the services of others");

    if (instance) harden(instance, this.functions);
    if (stage.nat === "none") this.addEndpoints();

    this.operationsKey = operationsKey(this, stage);
    this.logFlows(stage);
  }

  /** The group of a database. Only the functions may connect. */
  private addDatabase(id: string, description: string): SecurityGroup {
    const group = new SecurityGroup(this, id, {
      vpc: this.vpc,
      description,
      allowAllOutbound: false,
    });
    this.functions.connections.allowTo(group, Port.POSTGRES, "Queries");
    return group;
  }

  private addEndpoints(): void {
    const services = {
      Queues: InterfaceVpcEndpointAwsService.SQS,
      Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Mail: InterfaceVpcEndpointAwsService.EMAIL,
      Traces: InterfaceVpcEndpointAwsService.XRAY,
    };
    for (const [id, service] of Object.entries(services)) {
      const endpoint = this.vpc.addInterfaceEndpoint(id, {
        service,
        open: false,
        subnets: this.functionSubnets,
      });
      endpoint.connections.allowFrom(this.functions, Port.HTTPS, "Calls of the functions");
    }
  }

  private logFlows(stage: StageConfig): void {
    const logs = encryptedLogs(this, "Flows", stage, this.operationsKey);
    const { role } = new NamedRole(this, "FlowLogger", {
      service: "vpc-flow-logs.amazonaws.com",
      statements: [writeFlows(logs)],
    });
    this.vpc.addFlowLog("FlowLog", {
      destination: FlowLogDestination.toCloudWatchLogs(logs, role),
    });
  }
}

function subnets({ nat }: StageConfig) {
  const database = { name: "Database", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 };
  if (nat === "none") {
    return [{ name: "Functions", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }, database];
  }
  return [
    { name: "Public", subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
    { name: "Functions", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
    database,
  ];
}
