import { created } from "./created.ts";
import type { EmulatedType } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

/** CloudFormation's own limit: an hour. */
const TIMEOUT_SECONDS = 3_600;

/** `AWS::CloudFormation::CustomResource` and every `Custom::*`. The provider defines the properties. */
export const customResource: EmulatedType = {
  type: "AWS::CloudFormation::CustomResource",
  async create(context) {
    const { cloud, read, stack, logicalId, type } = context;
    const { ServiceTimeout, ...properties } = context.properties;
    const serviceToken = read.text("ServiceToken");
    const started = Date.now();
    const { physicalId, attributes, action } = await cloud.customResources.apply({
      stackName: stack.name,
      stackId: stack.id,
      logicalId,
      type,
      properties,
      provider: functionOf(context, serviceToken),
      serviceToken,
      timeoutSeconds: Number(ServiceTimeout ?? TIMEOUT_SECONDS),
    });
    if (action !== "none") {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      cloud.log(`${type} ${logicalId}: ${action.toLowerCase()}d in ${seconds} s`);
    }
    return created(context, physicalId, attributes);
  },
};
