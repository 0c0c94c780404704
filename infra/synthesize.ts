import { App } from "aws-cdk-lib";
import { bulkhead } from "./bulkhead.ts";
import { comply } from "./compliance/comply.ts";
import type { Product } from "./product.ts";
import { findStage } from "./stages.ts";

/** Synthesizes the stage that the CDK's context names, `dev` by default, to where the CDK says. */
export function synthesize(product: Product): void {
  const app = new App();
  const stage = findStage(app.node.tryGetContext("stage") ?? "dev");
  bulkhead(app, stage, product);
  comply(app, stage);
  app.synth();
}
