import { createViewerFunction } from "../front/viewer-function.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const CODE_BYTES = 10_240;

export const viewerFunction: EmulatedType = {
  type: "AWS::CloudFront::Function",
  properties: {
    Name: supported,
    FunctionCode: supported,
    FunctionConfig: { Runtime: supported, Comment: ignored("documentation only") },
    AutoPublish: ignored("only the newest version exists"),
  },

  create(context) {
    const { read, cloud, stack, where } = context;
    const name = read.text("Name");
    const code = read.text("FunctionCode");
    if (Buffer.byteLength(code) > CODE_BYTES) {
      throw new StartError(`${where} is larger than CloudFront's limit of ${CODE_BYTES} bytes.`);
    }
    const arn = `arn:aws:cloudfront::${stack.account}:function/${name}`;
    try {
      cloud.declared.viewerFunctions.set(arn, createViewerFunction(name, code));
    } catch (error) {
      throw new StartError(`${where} does not compile: ${(error as Error).message}.`);
    }
    return created(context, arn, { FunctionARN: arn, "FunctionMetadata.FunctionARN": arn });
  },
};
