import { resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { bulkhead } from "./bulkhead.ts";
import { comply } from "./compliance/comply.ts";
import { product } from "./product.ts";
import { findStage } from "./stages.ts";
import { sayErrors } from "./synth-error.ts";
import { requireWritable } from "./writable.ts";

sayErrors(() => {
  const app = new App();
  const stage = findStage(app.node.tryGetContext("stage") ?? "dev");
  requireWritable(resolve(import.meta.dirname, ".."));

  bulkhead(app, stage, product());
  comply(app, stage);
  app.synth();
});
