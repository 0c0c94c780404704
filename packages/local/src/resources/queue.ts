import { made } from "./created.ts";
import { physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

export const queue: EmulatedType = {
  type: "AWS::SQS::Queue",
  properties: {
    QueueName: supported,
    VisibilityTimeout: supported,
    DelaySeconds: supported,
    MessageRetentionPeriod: supported,
    ReceiveMessageWaitTimeSeconds: supported,
    MaximumMessageSize: supported,
    RedrivePolicy: { deadLetterTargetArn: supported, maxReceiveCount: supported },
    SqsManagedSseEnabled: ignored("the folder is as private as its owner keeps it"),
    KmsMasterKeyId: ignored("the folder is as private as its owner keeps it"),
    KmsDataKeyReusePeriodSeconds: ignored("nothing is encrypted with a key"),
  },

  make(making) {
    const { read, cloud } = making;
    const { deadLetterTargetArn, maxReceiveCount } = read.object("RedrivePolicy");
    const spec = {
      name: read.optionalText("QueueName") ?? physicalName(making),
      visibilityTimeoutSeconds: read.number("VisibilityTimeout", 30),
      delaySeconds: read.number("DelaySeconds", 0),
      retentionSeconds: read.number("MessageRetentionPeriod", 345_600),
      receiveWaitSeconds: read.number("ReceiveMessageWaitTimeSeconds", 0),
      maximumMessageBytes: read.number("MaximumMessageSize", 1_048_576),
      ...(deadLetterTargetArn && {
        redrive: {
          deadLetterQueueArn: String(deadLetterTargetArn),
          maxReceiveCount: Number(maxReceiveCount),
        },
      }),
    };
    const isOpen = cloud.services.sqs.list().some(({ name }) => name === spec.name);
    const { url, arn } = cloud.services.sqs.createQueue(spec);
    // Whoever had received a message ended with the last run. In an update they are still at work.
    if (!isOpen) cloud.services.sqs.queue(arn).releaseInFlight();
    return made(making, url, { Arn: arn, QueueName: spec.name, QueueUrl: url });
  },
};
