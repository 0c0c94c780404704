import type { StackProps } from "aws-cdk-lib";
import type { ServiceContext } from "../constructs/service-context.ts";
import type { DataStack } from "./data.ts";

/** What every stack with functions is given. */
export interface ServiceStackProps extends StackProps, ServiceContext {
  readonly data: DataStack;
}
