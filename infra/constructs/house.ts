import type { StackProps } from "aws-cdk-lib";
import type { Product } from "../product.ts";
import type { DataStack } from "../stacks/data.ts";
import type { NetworkStack } from "../stacks/network.ts";
import type { StageConfig } from "../stages.ts";

/** What every stack with functions stands on. */
export interface House extends StackProps {
  readonly stage: StageConfig;
  readonly codeOf: Product["codeOf"];
  readonly network: NetworkStack;
  readonly data: DataStack;
}
