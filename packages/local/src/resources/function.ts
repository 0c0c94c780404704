import { isObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { made } from "./created.ts";
import { arnOf, physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

export const lambdaFunction: EmulatedType = {
  type: "AWS::Lambda::Function",
  properties: {
    FunctionName: supported,
    Code: { S3Bucket: ignored("the asset lies in the cloud assembly"), S3Key: supported },
    Handler: supported,
    Runtime: supported,
    Timeout: supported,
    MemorySize: supported,
    ReservedConcurrentExecutions: supported,
    Environment: { Variables: supported },
    PackageType: supported,
    LoggingConfig: { LogGroup: supported, LogFormat: ignored("the function's lines are printed") },
    Architectures: ignored("JavaScript runs on the laptop's own processor"),
    Description: ignored("it is for people"),
    EphemeralStorage: ignored("the laptop's own temporary folder is used"),
    Role: ignored("permissions are not evaluated"),
    TracingConfig: ignored("no segment is collected"),
    VpcConfig: ignored("everything is on the loopback interface"),
    KmsKeyArn: ignored("variables are not stored"),
  },

  make(making) {
    const { read, cloud, logicalId } = making;
    read.only("PackageType", "Zip");
    const runtime = read.text("Runtime");
    if (!runtime.startsWith("nodejs")) {
      throw new StartError(`${making.where} wants ${runtime}; the local cloud runs Node.js only.`);
    }
    const name = read.optionalText("FunctionName") ?? physicalName(making, 64);
    const arn = arnOf(making, "lambda", `function:${name}`);
    const variables = variablesOf(making);
    cloud.fleet.define({
      name,
      arn,
      runtime,
      variables,
      label: variables.POWERTOOLS_SERVICE_NAME ?? logicalId,
      codeFolder: codeFolder(making),
      handler: read.text("Handler"),
      timeoutSeconds: read.number("Timeout", 3),
      memoryMegabytes: read.number("MemorySize", 128),
      reservedConcurrency: read.optionalNumber("ReservedConcurrentExecutions"),
      logGroup: String(read.object("LoggingConfig").LogGroup ?? `/aws/lambda/${name}`),
    });
    return made(making, name, { Arn: arn });
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
