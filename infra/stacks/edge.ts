import { ArnFormat, Stack, type StackProps } from "aws-cdk-lib";
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
} from "aws-cdk-lib/aws-certificatemanager";
import type { Key } from "aws-cdk-lib/aws-kms";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { CfnLoggingConfiguration, CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { alarmTopic } from "../constructs/alarm-topic.ts";
import { operationsKey } from "../constructs/keys.ts";
import { encryptedLogs } from "../constructs/logs.ts";
import { addCertificateAlarm, addFirewallAlarm } from "../monitoring/edge.ts";
import type { Domain, StageConfig } from "../stages.ts";

export interface EdgeStackProps extends StackProps {
  readonly stage: StageConfig;
}

/** Requests from one address in five minutes, above which it is blocked. */
const RATE_LIMIT = 3000;

/** The firewall and certificate, which CloudFront reads from us-east-1 only. A stage without either has no Edge. */
export class EdgeStack extends Stack {
  readonly firewallArn?: string;
  readonly certificate?: ICertificate;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const key = operationsKey(this, stage);
    // A topic of its own: an alarm notifies topics of its own region only.
    const topic = alarmTopic(this, stage, key);

    if (stage.domain) {
      this.certificate = this.certificateOf(stage.domain);
      addCertificateAlarm(this, topic, this.certificate);
    }
    if (stage.firewall) {
      this.firewallArn = this.addFirewall(stage, key);
      addFirewallAlarm(this, topic, this.firewallName);
    }
  }

  /** An existing certificate, or a new one, which a record in the domain's zone validates and renews. */
  private certificateOf({ name, certificateArn, zone }: Domain): ICertificate {
    if (certificateArn) return Certificate.fromCertificateArn(this, "Certificate", certificateArn);
    return new Certificate(this, "Certificate", {
      domainName: name,
      validation: CertificateValidation.fromDns(
        zone && HostedZone.fromHostedZoneAttributes(this, "Zone", zone),
      ),
    });
  }

  /** Name of its metrics. Stages may share an account, so it contains the stage's name. */
  private get firewallName() {
    return `${this.stackName}-Firewall`;
  }

  private addFirewall(stage: StageConfig, key: Key): string {
    const firewall = new CfnWebACL(this, "Firewall", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: visible(this.firewallName),
      rules: [
        {
          name: "Rate",
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: RATE_LIMIT, aggregateKeyType: "IP" } },
          visibilityConfig: visible("Rate"),
        },
        // The common rules block bodies over 8 KB; the API has its own, larger limit.
        managed(1, "AWSManagedRulesCommonRuleSet", ["SizeRestrictions_BODY"]),
        managed(2, "AWSManagedRulesKnownBadInputsRuleSet"),
        managed(3, "AWSManagedRulesAmazonIpReputationList"),
      ],
    });
    const logs = encryptedLogs(this, "FirewallLogs", stage, key, {
      // WAF writes only to groups whose name has this prefix.
      logGroupName: `aws-waf-logs-${this.stackName}`.toLowerCase(),
    });
    new CfnLoggingConfiguration(this, "Logging", {
      resourceArn: firewall.attrArn,
      logDestinationConfigs: [
        // WAF rejects an ARN that ends in ":*", as CloudFormation's attribute does.
        this.formatArn({
          service: "logs",
          resource: "log-group",
          resourceName: logs.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      // Session cookies and API keys must not be logged.
      redactedFields: [
        { singleHeader: { Name: "authorization" } },
        { singleHeader: { Name: "cookie" } },
      ],
    });
    return firewall.attrArn;
  }
}

const visible = (metricName: string) => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

const managed = (
  priority: number,
  name: string,
  counted: string[] = [],
): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: "AWS",
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visible(name),
});
