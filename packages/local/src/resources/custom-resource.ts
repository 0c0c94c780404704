import { made } from "./created.ts";
import type { EmulatedType } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

/** CloudFormation's own limit: an hour. */
const TIMEOUT_SECONDS = 3_600;

/** `AWS::CloudFormation::CustomResource` and every `Custom::*`. Its properties are its provider's. */
export const customResource: EmulatedType = {
  type: "AWS::CloudFormation::CustomResource",
  async make(making) {
    const { cloud, read, stack, logicalId, type } = making;
    const { ServiceTimeout, ...properties } = making.properties;
    const serviceToken = read.text("ServiceToken");
    const started = Date.now();
    const { physicalId, attributes, did } = await cloud.customResources.settle({
      stackName: stack.name,
      stackId: stack.id,
      logicalId,
      type,
      properties,
      provider: functionOf(making, serviceToken),
      serviceToken,
      timeoutSeconds: Number(ServiceTimeout ?? TIMEOUT_SECONDS),
    });
    if (did !== "nothing") {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      cloud.say(`${type} ${logicalId}: ${did.toLowerCase()}d in ${seconds} s`);
    }
    return made(making, physicalId, attributes);
  },
};
