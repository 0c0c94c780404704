import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { FunctionName } from "../bundle.ts";
import type { Database } from "../constructs/database.ts";
import type { Placements } from "../constructs/placements.ts";
import type { ServiceFunction } from "../constructs/service-function.ts";
import { watchApi } from "../watch/api.ts";
import { showDatabases, showFrontDoor, showFunctions, showJobs } from "../watch/dashboards.ts";
import { watchDatabase } from "../watch/database.ts";
import { watchDeployment, watchFunction } from "../watch/functions.ts";
import { watchJobs } from "../watch/jobs.ts";
import { watchObjectives } from "../watch/objectives.ts";
import { countErrorsByTenant, saveQueries } from "../watch/queries.ts";
import type { DataStack } from "./data.ts";
import type { EntryStack } from "./entry.ts";
import type { JobsStack } from "./jobs.ts";

/** Functions that are steps of a deployment, and the runbook of a step that failed. */
const FAILED_STEPS: Partial<Record<FunctionName, string>> = {
  schema: "migration-failed",
  introduction: "introduction-failed",
  site: "site-not-published",
};

export interface WatchStackProps extends StackProps {
  readonly data: DataStack;
  readonly placements: Placements;
  readonly entry: EntryStack;
  readonly jobs: JobsStack;
  /** Every function there is. */
  readonly services: readonly ServiceFunction[];
}

/** What tells people how the product is: alarms with their runbooks, dashboards, saved questions. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, props: WatchStackProps) {
    super(scope, id, props);
    const { data, placements, entry, jobs, services } = props;
    const topic = data.alarms;
    const databases = Object.fromEntries<Database>([
      ["Home", placements.home],
      ...placements.dedicated.map(({ placement, database }): [string, Database] => [
        `Dedicated-${placement}`,
        database,
      ]),
    ]);

    watchApi(this, { topic, api: entry.api, accessLog: entry.apiLogs });
    watchObjectives(this, topic, entry.api);
    for (const service of services) watchFunction(this, topic, service);
    for (const service of services) {
      const runbook = FAILED_STEPS[service.name];
      if (runbook) watchDeployment(this, topic, service, runbook);
    }
    watchJobs(this, { topic, jobs: jobs.jobs, dead: jobs.dead, sweeper: jobs.sweeper });
    for (const [word, database] of Object.entries(databases)) {
      watchDatabase(this, word, topic, database);
    }

    const functions = services.map(({ logs }) => logs);
    saveQueries(this, {
      functions,
      access: entry.apiLogs,
      database: Object.values(databases).map(({ logs }) => logs),
    });
    countErrorsByTenant(this, functions);

    showFrontDoor(this, entry.distribution, entry.api);
    showFunctions(this, services);
    showJobs(this, { Jobs: jobs.jobs, "Dead letters": jobs.dead, Sweeps: jobs.sweeps });
    showDatabases(this, databases);
  }
}
