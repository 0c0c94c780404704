import type { OperatorConfig } from "@bulkhead/config";
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { listObjects, useKey, writeObjects } from "../constructs/allow.ts";
import { connectEverywhere, databaseVariables, type Placements } from "../constructs/placements.ts";
import { ServiceFunction } from "../constructs/service-function.ts";
import type { ServiceStackProps } from "./service-stack.ts";

export interface OperatorStackProps extends ServiceStackProps {
  readonly placements: Placements;
}

/**
 * Moves, exports and restores tenants, close to the databases. Only operators invoke it, with
 * `npm run tenant -- --stage NAME`, which needs `lambda:InvokeFunction` on it and
 * `cloudformation:DescribeStacks` on this stack.
 */
export class OperatorStack extends Stack {
  constructor(scope: Construct, id: string, props: OperatorStackProps) {
    super(scope, id, props);
    const { exports, exportsKey } = props.data;

    const operator = new ServiceFunction<OperatorConfig>(this, "Operator", {
      context: props,
      name: "operator",
      environment: {
        ...databaseVariables(this, props.placements, "bulkhead_operator"),
        EXPORTS_BUCKET: exports.bucketName,
      },
      statements: [
        connectEverywhere(this, props.placements, "bulkhead_operator"),
        // An archive contains the tenant's exports, and a restore writes them back.
        listObjects(exports, "exports/", "archives/"),
        writeObjects(exports, "exports/"),
        writeObjects(exports, "archives/"),
        useKey(exportsKey, "s3", ["Decrypt", "GenerateDataKey"]),
      ],
      // Lambda's maximum. A move needs it only if comparing all rows takes that long.
      timeout: Duration.minutes(15),
      memory: 1024,
      // An archive is written here before it is uploaded, and copied once during the upload.
      scratchGibibytes: 10,
      joinsNetwork: true,
      onErrors:
        "A move, an export or a restore has stopped. Its log says why; the same command " +
        "continues it.",
    });

    new CfnOutput(this, "FunctionName", {
      key: "FunctionName",
      description: "What npm run tenant -- --stage calls",
      value: operator.function.functionName,
    });
  }
}
