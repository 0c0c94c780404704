import { resolve } from "node:path";
import { buildProduct } from "./build/product.ts";
import { requireWritable } from "./build/writable.ts";
import { findStage } from "./stages.ts";
import { runProgram } from "./synth-error.ts";

// Synthesizes the stage that the CDK's context names, `dev` by default.
await runProgram(async () => {
  requireWritable(resolve(import.meta.dirname, ".."));
  // Processes of their own build the product while the CDK's library loads.
  const [product, { App }, { bulkhead }, { comply }] = await Promise.all([
    buildProduct(),
    import("aws-cdk-lib"),
    import("./stacks/bulkhead.ts"),
    import("./compliance/comply.ts"),
  ]);
  const app = new App();
  const stage = findStage(app.node.tryGetContext("stage") ?? "dev");
  bulkhead(app, stage, product);
  comply(app, stage);
  app.synth();
});
