import { createViewerFunction } from "../front/viewer-function.ts";
import { StartError } from "../shared/start-error.ts";
import { made } from "./created.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const CODE_BYTES = 10_240;

export const viewerFunction: EmulatedType = {
  type: "AWS::CloudFront::Function",
  properties: {
    Name: supported,
    FunctionCode: supported,
    FunctionConfig: { Runtime: supported, Comment: ignored("it is for people") },
    AutoPublish: ignored("there is only the newest"),
  },

  make(making) {
    const { read, cloud, stack, where } = making;
    const name = read.text("Name");
    const code = read.text("FunctionCode");
    if (Buffer.byteLength(code) > CODE_BYTES) {
      throw new StartError(`${where} has more than the ${CODE_BYTES} bytes that CloudFront takes.`);
    }
    const arn = `arn:aws:cloudfront::${stack.account}:function/${name}`;
    try {
      cloud.declared.viewerFunctions.set(arn, createViewerFunction(name, code));
    } catch (error) {
      throw new StartError(`${where} does not compile: ${(error as Error).message}.`);
    }
    return made(making, arn, { FunctionARN: arn, "FunctionMetadata.FunctionARN": arn });
  },
};
