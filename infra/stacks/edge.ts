import { ArnFormat, Stack, type StackProps } from "aws-cdk-lib";
import { CfnLoggingConfiguration, CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { operationsKey } from "../constructs/keys.ts";
import { encryptedLogs } from "../constructs/logs.ts";
import type { StageConfig } from "../stages.ts";

export interface EdgeStackProps extends StackProps {
  readonly stage: StageConfig;
}

/** Requests from one address in five minutes before it is turned away. */
const RATE_LIMIT = 3000;

/** What CloudFront takes from us-east-1 alone: the firewall. A stage without one has no Edge. */
export class EdgeStack extends Stack {
  readonly firewallArn: string;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { stage } = props;

    const firewall = new CfnWebACL(this, "Firewall", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: visible("Firewall"),
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
    this.firewallArn = firewall.attrArn;

    const logs = encryptedLogs(this, "FirewallLogs", stage, operationsKey(this, stage), {
      // WAF writes only to groups whose name begins like this: the one name we choose ourselves.
      logGroupName: `aws-waf-logs-${this.stackName}`.toLowerCase(),
    });
    new CfnLoggingConfiguration(this, "Logging", {
      resourceArn: firewall.attrArn,
      logDestinationConfigs: [
        // WAF refuses the ARN with the ":*" that CloudFormation's attribute ends in.
        this.formatArn({
          service: "logs",
          resource: "log-group",
          resourceName: logs.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      // Session cookies and keys would otherwise stand in the log.
      redactedFields: [
        { singleHeader: { Name: "authorization" } },
        { singleHeader: { Name: "cookie" } },
      ],
    });
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
