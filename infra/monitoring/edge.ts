import { Duration } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { createAlarm } from "./alarm.ts";

/** Many blocked requests. `name` is the firewall's name in its metrics. */
export function addFirewallAlarm(scope: Construct, topic: ITopic, name: string): void {
  createAlarm(scope, "FirewallBlocks", {
    topic,
    metric: new Metric({
      namespace: "AWS/WAFV2",
      metricName: "BlockedRequests",
      dimensionsMap: { WebACL: name, Rule: "ALL" },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
    }),
    threshold: 1_000,
    summary:
      "The firewall has blocked 1,000 requests in five minutes. See which rule, and whether it blocks customers.",
    runbook: "firewall-blocks",
  });
}

/** A certificate that expires soon. ACM renews it 60 days before, unless its validation fails. */
export function addCertificateAlarm(
  scope: Construct,
  topic: ITopic,
  certificate: ICertificate,
): void {
  createAlarm(scope, "CertificateExpires", {
    topic,
    metric: certificate.metricDaysToExpiry({ period: Duration.days(1) }),
    threshold: 30,
    below: true,
    summary:
      "The certificate of the product's domain expires in less than 30 days: its renewal has failed for a month.",
    runbook: "certificate-expires",
  });
}
