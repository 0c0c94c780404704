import { isObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { arnOf, physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

export const lambdaFunction: EmulatedType = {
  type: "AWS::Lambda::Function",
  properties: {
    FunctionName: supported,
    Code: { S3Bucket: ignored("the asset is in the cloud assembly"), S3Key: supported },
    Handler: supported,
    Runtime: supported,
    Timeout: supported,
    MemorySize: supported,
    ReservedConcurrentExecutions: supported,
    Environment: { Variables: supported },
    PackageType: supported,
    LoggingConfig: {
      LogGroup: supported,
      LogFormat: ignored("the function's lines are shown as they are"),
    },
    Architectures: ignored("JavaScript runs on any processor"),
    Description: ignored("documentation only"),
    EphemeralStorage: ignored("the machine's temporary folder is used"),
    Role: ignored("permissions are not evaluated"),
    TracingConfig: ignored("no X-Ray segments are collected"),
    VpcConfig: ignored("everything is on the loopback interface"),
    KmsKeyArn: ignored("variables are not stored"),
  },

  create(context) {
    const { read, cloud, logicalId } = context;
    read.only("PackageType", "Zip");
    const runtime = read.text("Runtime");
    if (!runtime.startsWith("nodejs")) {
      throw new StartError(
        `${context.where} has the runtime ${runtime}: the local cloud runs Node.js only.`,
      );
    }
    const name = read.optionalText("FunctionName") ?? physicalName(context, 64);
    const arn = arnOf(context, "lambda", `function:${name}`);
    const variables = variablesOf(context);
    cloud.fleet.define({
      name,
      arn,
      runtime,
      variables,
      label: variables.POWERTOOLS_SERVICE_NAME ?? logicalId,
      codeFolder: codeFolder(context),
      handler: read.text("Handler"),
      timeoutSeconds: read.number("Timeout", 3),
      memoryMegabytes: read.number("MemorySize", 128),
      reservedConcurrency: read.optionalNumber("ReservedConcurrentExecutions"),
      logGroup: String(read.object("LoggingConfig").LogGroup ?? `/aws/lambda/${name}`),
    });
    return created(context, name, { Arn: arn });
  },
};

function codeFolder({ read, assets, where }: ResourceContext): string {
  const folder = assets.get(String(read.object("Code").S3Key));
  if (!folder) throw new StartError(`${where} has no code among the assets of its stack.`);
  return folder;
}

function variablesOf({ read }: ResourceContext): Record<string, string> {
  const variables = read.object("Environment").Variables;
  if (!isObject(variables)) return {};
  return Object.fromEntries(Object.entries(variables).map(([name, it]) => [name, String(it)]));
}
