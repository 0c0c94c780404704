import { RemovalPolicy, type Stack } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnResourcePolicy } from "aws-cdk-lib/aws-logs";
import { CfnTransactionSearchConfig } from "aws-cdk-lib/aws-xray";
import type { StageConfig } from "../stages.ts";

/** The log groups that X-Ray creates for spans, and for what Application Signals derives from them. */
const LOG_GROUPS = ["aws/spans", "/aws/application-signals/data"];

/** The share of traces that X-Ray indexes without a charge. Every span can be searched all the same. */
const INDEXED_PERCENT = 1;

/**
 * Turns on CloudWatch Transaction Search, without which X-Ray takes no spans by OTLP. It is one switch
 * for an account and a region, so a stage may say that it is on already.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search-Cloudformation.html
 */
export function enableTransactionSearch(
  stack: Stack,
  { telemetry, protection }: StageConfig,
): void {
  if (telemetry.otlp || telemetry.accountHasTransactionSearch) return;
  const { partition, region, account } = stack;

  const access = new CfnResourcePolicy(stack, "SpansOfXRay", {
    policyName: `${stack.stackName}-SpansOfXRay`,
    policyDocument: stack.toJsonString(
      new PolicyDocument({
        statements: [
          new PolicyStatement({
            principals: [new ServicePrincipal("xray.amazonaws.com")],
            actions: ["logs:PutLogEvents"],
            resources: LOG_GROUPS.map(
              (name) => `arn:${partition}:logs:${region}:${account}:log-group:${name}:*`,
            ),
            conditions: {
              ArnLike: { "aws:SourceArn": `arn:${partition}:xray:${region}:${account}:*` },
              StringEquals: { "aws:SourceAccount": account },
            },
          }),
        ],
      }),
    ),
  });
  const search = new CfnTransactionSearchConfig(stack, "TransactionSearch", {
    indexingPercentage: INDEXED_PERCENT,
  });
  search.addResourceDependency(access);
  const policy = protection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  for (const resource of [access, search]) resource.applyRemovalPolicy(policy);
}
