import { App } from "aws-cdk-lib";
import { bulkhead } from "./bulkhead.ts";
import { product } from "./bundle.ts";
import { comply } from "./compliance/comply.ts";
import { findStage } from "./stages.ts";

const app = new App();
const stage = findStage(app.node.tryGetContext("stage") ?? "dev");

bulkhead(app, stage, product());
comply(app, stage);
app.synth();
