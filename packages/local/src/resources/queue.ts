import { created } from "./created.ts";
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
    SqsManagedSseEnabled: ignored("the home folder is as private as its file mode"),
    KmsMasterKeyId: ignored("the home folder is as private as its file mode"),
    KmsDataKeyReusePeriodSeconds: ignored("nothing is encrypted with a key"),
  },

  create(context) {
    const { read, cloud } = context;
    const { deadLetterTargetArn, maxReceiveCount } = read.object("RedrivePolicy");
    const spec = {
      name: read.optionalText("QueueName") ?? physicalName(context),
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
    // After a restart the receivers of messages in flight are gone. In an update they still run.
    if (!isOpen) cloud.services.sqs.queue(arn).releaseInFlight();
    return created(context, url, { Arn: arn, QueueName: spec.name, QueueUrl: url });
  },
};
