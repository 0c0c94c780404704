import { Duration } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { bell } from "./bell.ts";

/** A surge before the firewall. `name` is what it calls itself in its metrics. */
export function watchFirewall(scope: Construct, topic: ITopic, name: string): void {
  bell(scope, "FirewallBlocks", {
    topic,
    metric: new Metric({
      namespace: "AWS/WAFV2",
      metricName: "BlockedRequests",
      dimensionsMap: { WebACL: name, Rule: "ALL" },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
    }),
    threshold: 1_000,
    says: "The firewall has turned 1,000 requests away in five minutes. See which rule, and whether it hits customers.",
    runbook: "firewall-blocks",
  });
}

/** A certificate that is about to end. ACM renews by itself 60 days before, if it still can. */
export function watchCertificate(scope: Construct, topic: ITopic, certificate: ICertificate): void {
  bell(scope, "CertificateExpires", {
    topic,
    metric: certificate.metricDaysToExpiry({ period: Duration.days(1) }),
    threshold: 30,
    below: true,
    says: "The certificate of the product's own name ends in less than 30 days: renewing it has failed for a month.",
    runbook: "certificate-expires",
  });
}
