import { type Duration, Size } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { FunctionName } from "../bundle.ts";
import { joinNetwork, writeLogs, writeTraces } from "./allow.ts";
import type { House } from "./house.ts";
import { encryptedLogs } from "./logs.ts";
import { NamedRole } from "./named-role.ts";
import { telemetryOf } from "./telemetry.ts";

export interface ServiceFunctionProps<Config> {
  readonly house: House;
  readonly name: FunctionName;
  /** Every variable that the function's schema in `@bulkhead/config` reads, and no other. */
  readonly environment: Readonly<Record<keyof Config, string>>;
  /** What it may do, beyond its logs, its traces and joining the network. */
  readonly statements: readonly PolicyStatement[];
  readonly timeout: Duration;
  /** Mebibytes; the share of a processor grows with them. @default 512 */
  readonly memory?: number;
  /** Room in its temporary folder. @default - Lambda's 512 MB */
  readonly scratchGibibytes?: number;
  /** Whether it joins the VPC, where the database is. Outside, it reaches AWS's own services alone. */
  readonly joinsNetwork: boolean;
  /** What to do when it fails; said in its alarm. */
  readonly onErrors: string;
}

/** A function the way this house builds them: arm64, traced, its own logs, its own role; Watch watches it. */
export class ServiceFunction<Config = unknown> extends Construct {
  readonly name: FunctionName;
  readonly function: LambdaFunction;
  readonly logs: LogGroup;
  readonly timeout: Duration;
  /** Executions that nobody else may use. @default - it shares the account's */
  readonly reserved?: number;
  readonly onErrors: string;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Config>) {
    super(scope, id);
    const { house, name } = props;
    const { stage, network } = house;

    const telemetry = telemetryOf(stage.telemetry);
    this.name = name;
    this.timeout = props.timeout;
    this.reserved = stage.concurrency.reserved?.[name];
    this.onErrors = props.onErrors;
    const logGroup = encryptedLogs(this, "Logs", stage, network.operationsKey);
    this.logs = logGroup;
    const { role } = new NamedRole(this, "Execution", {
      service: "lambda.amazonaws.com",
      statements: [
        writeLogs(logGroup),
        writeTraces(),
        ...telemetry.statements,
        ...(props.joinsNetwork ? [joinNetwork()] : []),
        ...props.statements,
      ],
    });

    this.function = new LambdaFunction(this, "Function", {
      code: Code.fromAsset(house.codeOf(name)),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memory ?? 512,
      ...(props.scratchGibibytes && {
        ephemeralStorageSize: Size.gibibytes(props.scratchGibibytes),
      }),
      reservedConcurrentExecutions: this.reserved,
      role,
      logGroup,
      ...(props.joinsNetwork && {
        vpc: network.vpc,
        vpcSubnets: network.functionSubnets,
        securityGroups: [network.functions],
      }),
      environment: {
        NODE_OPTIONS: "--enable-source-maps",
        // The runtime ships the RDS certificate authority: Aurora's certificate is verified with it.
        NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
        POWERTOOLS_SERVICE_NAME: name,
        STAGE: stage.name,
        ...telemetry.environment,
        ...props.environment,
      },
    });
  }

  /** Feeds it from a queue; a record that fails goes back alone. The role says that it may. */
  consumes(
    queue: IQueue,
    id: string,
    options: { batch: number; maximumConcurrency: number },
  ): void {
    new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: options.batch,
      maxConcurrency: options.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
