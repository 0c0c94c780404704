import { App } from "aws-cdk-lib";
import { bulkhead } from "./bulkhead.ts";
import { comply } from "./compliance/comply.ts";
import { product } from "./product.ts";
import { findStage } from "./stages.ts";

const app = new App();
const stage = findStage(app.node.tryGetContext("stage") ?? "dev");

bulkhead(app, stage, product());
comply(app, stage);
app.synth();
