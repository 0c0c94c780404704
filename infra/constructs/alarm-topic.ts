import { Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { StageConfig } from "../stages.ts";

/** The topic of a region's alarms. The key's policy lets CloudWatch use it. */
export function alarmTopic(scope: Construct, { alarms }: StageConfig, masterKey: IKey): Topic {
  const topic = new Topic(scope, "Alarms", { masterKey, enforceSSL: true });
  // A policy replaces the default one, which lets the account's alarms publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  if (alarms) topic.addSubscription(new EmailSubscription(alarms.email));
  return topic;
}
