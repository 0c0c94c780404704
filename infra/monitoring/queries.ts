import { Stack } from "aws-cdk-lib";
import { CfnInsightRule } from "aws-cdk-lib/aws-cloudwatch";
import { CfnQueryDefinition, type ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

export interface Logs {
  /** Log groups of every function. */
  readonly functions: readonly ILogGroup[];
  readonly access: ILogGroup;
  readonly database: readonly ILogGroup[];
}

const FIELDS = "fields @timestamp, service, level, message, tenantId, scope, requestId, traceId";

/** Queries of the functions' logs. Replace `TENANT-ID` and the like before running one. */
export const QUERIES = {
  tenant: `${FIELDS}\n| filter tenantId = "TENANT-ID"\n| sort @timestamp desc\n| limit 200`,
  request: `${FIELDS}, error.message\n| filter requestId = "REQUEST-ID"\n| sort @timestamp asc`,
  trace: `${FIELDS}, error.message\n| filter traceId = "TRACE-ID"\n| sort @timestamp asc`,
  job: `${FIELDS}, task, error.message\n| filter jobId = "JOB-ID"\n| sort @timestamp asc`,
  errors: `fields @timestamp, service, message, error.name, error.message, tenantId, requestId, traceId\n| filter level = "ERROR"\n| sort @timestamp desc\n| limit 200`,
  "errors-by-tenant": `filter level = "ERROR"\n| stats count() as errors, max(@timestamp) as last by tenantId, service, message\n| sort errors desc`,
  "slow-calls": `filter @type = "REPORT"\n| stats max(@duration) as slowest, pct(@duration, 99) as p99, count() as calls by @log\n| sort slowest desc`,
} as const;

export const ACCESS_QUERIES = {
  "access-failed": `fields @timestamp, method, route, status, latencyMs, ip, error, requestId\n| filter status >= 500\n| sort @timestamp desc\n| limit 200`,
  "access-refused": `filter status in ["401", "403"]\n| stats count() as refused by ip, route\n| sort refused desc\n| limit 50`,
  "access-slow": `filter latencyMs >= 1000\n| stats count() as slow, pct(latencyMs, 99) as p99 by route, method\n| sort slow desc`,
} as const;

export const DATABASE_QUERIES = {
  "database-log": `fields @timestamp, @message\n| filter @message like /ERROR|FATAL|deadlock|temporary file/\n| sort @timestamp desc\n| limit 200`,
} as const;

/** Saves the queries in Logs Insights, in a folder of the stage's name, each with its log groups. */
export function saveQueries(scope: Construct, logs: Logs): void {
  save(scope, QUERIES, logs.functions);
  save(scope, ACCESS_QUERIES, [logs.access]);
  save(scope, DATABASE_QUERIES, logs.database);
}

function save(scope: Construct, queries: Record<string, string>, groups: readonly ILogGroup[]) {
  // `Bulkhead-prod-Watch` → the folder `Bulkhead-prod`.
  const folder = Stack.of(scope).stackName.replace(/-[^-]+$/, "");
  for (const [name, queryString] of Object.entries(queries)) {
    new CfnQueryDefinition(scope, `Query-${name}`, {
      name: `${folder}/${name}`,
      queryString,
      logGroupNames: groups.map((group) => group.logGroupName),
    });
  }
}

/** A Contributor Insights rule that counts errors by tenant. */
export function countErrorsByTenant(scope: Construct, groups: readonly ILogGroup[]): void {
  const stack = Stack.of(scope);
  new CfnInsightRule(scope, "ErrorsByTenant", {
    ruleName: `${stack.stackName}-ErrorsByTenant`,
    ruleState: "ENABLED",
    ruleBody: stack.toJsonString({
      Schema: { Name: "CloudWatchLogRule", Version: 1 },
      LogGroupNames: groups.map((group) => group.logGroupName),
      LogFormat: "JSON",
      Contribution: {
        Keys: ["$.tenantId", "$.service"],
        Filters: [{ Match: "$.level", In: ["ERROR"] }],
      },
      AggregateOn: "Count",
    }),
  });
}
