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
import type { FunctionName } from "../functions.ts";
import { joinNetwork, writeLogs, writeTraces } from "./allow.ts";
import { encryptedLogs } from "./logs.ts";
import { NamedRole } from "./named-role.ts";
import type { ServiceContext } from "./service-context.ts";
import { telemetryOf } from "./telemetry.ts";

export interface ServiceFunctionProps<Config> {
  readonly context: ServiceContext;
  readonly name: FunctionName;
  /** Exactly the variables that the function's schema in `@bulkhead/config` reads. */
  readonly environment: Readonly<Record<keyof Config, string>>;
  /** Its permissions, beyond logs, traces and network interfaces. */
  readonly statements: readonly PolicyStatement[];
  readonly timeout: Duration;
  /** Mebibytes; CPU grows with them. @default 512 */
  readonly memory?: number;
  /** Size of `/tmp`. @default - Lambda's 512 MB */
  readonly scratchGibibytes?: number;
  /** Whether it runs in the VPC, where the databases are. */
  readonly joinsNetwork: boolean;
  /** What to do when it fails. Part of its alarm's description. */
  readonly onErrors: string;
}

/** A Lambda function: arm64, traced, with a log group, a role and, in the Watch stack, alarms of its own. */
export class ServiceFunction<Config = unknown> extends Construct {
  readonly name: FunctionName;
  readonly function: LambdaFunction;
  readonly logs: LogGroup;
  readonly timeout: Duration;
  /** Reserved concurrency. @default - it shares the account's */
  readonly reserved?: number;
  readonly onErrors: string;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Config>) {
    super(scope, id);
    const { context, name } = props;
    const { stage, network } = context;

    const telemetry = telemetryOf(stage);
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
      code: Code.fromAsset(context.codeOf(name)),
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
        // The runtime's file holds the RDS certificate authority, which Aurora's certificate is verified with.
        NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
        POWERTOOLS_SERVICE_NAME: name,
        STAGE: stage.name,
        ...telemetry.environment,
        ...props.environment,
      },
    });
  }

  /** Invokes it with messages of a queue; only failed ones return to it. Needs the permission `consume`. */
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
