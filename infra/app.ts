import { App } from "aws-cdk-lib";
import { bulkhead } from "./bulkhead.ts";
import { bundled } from "./bundle.ts";
import { comply } from "./compliance/comply.ts";
import { findStage } from "./stages.ts";

const app = new App();
const stage = findStage(app.node.tryGetContext("stage") ?? "dev");

bulkhead(app, stage, bundled);
comply(app, stage);
app.synth();
