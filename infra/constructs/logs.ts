import { RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, type LogGroupProps } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { StageConfig } from "../stages.ts";

/** A log group, encrypted, with the retention of the stage. */
export const encryptedLogs = (
  scope: Construct,
  id: string,
  stage: StageConfig,
  encryptionKey: IKey,
  props: LogGroupProps = {},
) =>
  new LogGroup(scope, id, {
    retention: stage.logDays,
    encryptionKey,
    removalPolicy: stage.protection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...props,
  });
