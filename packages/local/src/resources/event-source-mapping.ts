import { ENVIRONMENTS_PER_FUNCTION } from "../lambda/fleet.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { stableId } from "./naming.ts";
import { supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

export const eventSourceMapping: EmulatedType = {
  type: "AWS::Lambda::EventSourceMapping",
  properties: {
    EventSourceArn: supported,
    FunctionName: supported,
    BatchSize: supported,
    MaximumBatchingWindowInSeconds: supported,
    FunctionResponseTypes: supported,
    ScalingConfig: { MaximumConcurrency: supported },
    Enabled: supported,
  },

  create(context) {
    const { read, cloud, where } = context;
    const source = read.text("EventSourceArn");
    if (!cloud.services.sqs.list().some(({ arn }) => arn === source)) {
      throw new StartError(`${where}: ${source} is not a queue of this cloud.`);
    }
    const queue = cloud.services.sqs.queue(source);
    const target = functionOf(context, read.text("FunctionName"));
    if (queue.spec.visibilityTimeoutSeconds < target.definition.timeoutSeconds) {
      throw new StartError(
        `${where}: the queue's visibility timeout is shorter than the function's timeout, which Lambda refuses: make it six times as long.`,
      );
    }
    const requested = Number(read.object("ScalingConfig").MaximumConcurrency ?? 5);
    if (context.properties.Enabled !== false) {
      cloud.declared.eventSources.push({
        queue,
        target,
        batchSize: read.number("BatchSize", 10),
        windowSeconds: read.number("MaximumBatchingWindowInSeconds", 0),
        reportBatchItemFailures: read
          .list("FunctionResponseTypes")
          .includes("ReportBatchItemFailures"),
        // More batches would wait for an environment while their visibility timeout runs.
        maximumConcurrency: Math.min(requested, ENVIRONMENTS_PER_FUNCTION),
      });
    }
    const id = stableId(context, 36);
    return created(context, id, { Id: id });
  },
};
