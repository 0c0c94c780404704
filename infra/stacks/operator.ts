import type { OperatorConfig } from "@bulkhead/config";
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { listObjects, useKey, writeObjects } from "../constructs/allow.ts";
import type { House } from "../constructs/house.ts";
import { connectEverywhere, databaseVariables, type Placements } from "../constructs/placements.ts";
import { ServiceFunction } from "../constructs/service-function.ts";

export interface OperatorStackProps extends House {
  readonly placements: Placements;
}

/**
 * What moves, exports and restores tenants, where the databases are. Nothing calls it but people:
 * `npm run tenant -- --stage NAME`, for which they need `lambda:InvokeFunction` on it and to read this
 * stack's outputs.
 */
export class OperatorStack extends Stack {
  constructor(scope: Construct, id: string, props: OperatorStackProps) {
    super(scope, id, props);
    const { exports, exportsKey } = props.data;

    const operator = new ServiceFunction<OperatorConfig>(this, "Operator", {
      house: props,
      name: "operator",
      environment: {
        ...databaseVariables(this, props.placements, "bulkhead_operator"),
        EXPORTS_BUCKET: exports.bucketName,
      },
      statements: [
        connectEverywhere(this, props.placements, "bulkhead_operator"),
        // An archive holds the tenant's exports, and a restore brings them back.
        listObjects(exports, "exports/", "archives/"),
        writeObjects(exports, "exports/"),
        writeObjects(exports, "archives/"),
        useKey(exportsKey, "s3", ["Decrypt", "GenerateDataKey"]),
      ],
      // Lambda's longest. A move needs it only where comparing all rows takes that long.
      timeout: Duration.minutes(15),
      memory: 1024,
      // An archive is written here before it is in the bucket, and once more on its way there.
      scratchGibibytes: 10,
      joinsNetwork: true,
      onErrors:
        "A move, an export or a restore has stopped where it was. Its log says why; the same command " +
        "goes on from there.",
    });

    new CfnOutput(this, "FunctionName", {
      key: "FunctionName",
      description: "What npm run tenant -- --stage calls",
      value: operator.function.functionName,
    });
  }
}
