import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Database } from "../constructs/database.ts";
import type { Placements } from "../constructs/placements.ts";
import type { ServiceFunction } from "../constructs/service-function.ts";
import type { FunctionName } from "../functions.ts";
import { addApiAlarms } from "../monitoring/api.ts";
import {
  addDatabaseDashboard,
  addEntryDashboard,
  addFunctionDashboard,
  addJobDashboard,
} from "../monitoring/dashboards.ts";
import { addDatabaseAlarms } from "../monitoring/database.ts";
import { addDeploymentAlarm, addFunctionAlarms } from "../monitoring/functions.ts";
import { addJobAlarms } from "../monitoring/jobs.ts";
import { addObjectiveAlarms } from "../monitoring/objectives.ts";
import { countErrorsByTenant, saveQueries } from "../monitoring/queries.ts";
import { addRoleAlarms } from "../monitoring/roles.ts";
import { enableTransactionSearch } from "../monitoring/transaction-search.ts";
import type { StageConfig } from "../stages.ts";
import type { DataStack } from "./data.ts";
import type { EntryStack } from "./entry.ts";
import type { JobsStack } from "./jobs.ts";

/** The functions that are custom resources, and the runbook for a deployment that they fail. */
const DEPLOYMENT_RUNBOOKS: Partial<Record<FunctionName, string>> = {
  schema: "migration-failed",
  pairing: "pairing-failed",
  site: "site-not-published",
};

export interface MonitoringStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly data: DataStack;
  readonly placements: Placements;
  readonly entry: EntryStack;
  readonly jobs: JobsStack;
  /** Every function of the stage. */
  readonly services: readonly ServiceFunction[];
}

/** Alarms with their runbooks, dashboards and saved queries. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const { stage, data, placements, entry, jobs, services } = props;
    const topic = data.alarms;
    const databases = Object.fromEntries<Database>([
      ["Home", placements.home],
      ...placements.dedicated.map(({ placement, database }): [string, Database] => [
        `Dedicated-${placement}`,
        database,
      ]),
    ]);

    addApiAlarms(this, { topic, api: entry.api, accessLog: entry.apiLogs });
    addObjectiveAlarms(this, topic, entry.api);
    for (const service of services) addFunctionAlarms(this, topic, service);
    for (const service of services) {
      const runbook = DEPLOYMENT_RUNBOOKS[service.name];
      if (runbook) addDeploymentAlarm(this, topic, service, runbook);
    }
    addJobAlarms(this, { topic, jobs: jobs.jobs, dead: jobs.dead, sweeper: jobs.sweeper });
    addRoleAlarms(this, topic);
    for (const [name, database] of Object.entries(databases)) {
      addDatabaseAlarms(this, topic, name, database);
    }

    const functions = services.map(({ logs }) => logs);
    saveQueries(this, {
      functions,
      access: entry.apiLogs,
      database: Object.values(databases).map(({ logs }) => logs),
    });
    countErrorsByTenant(this, functions);
    enableTransactionSearch(this, stage);

    addEntryDashboard(this, entry.distribution, entry.api);
    addFunctionDashboard(this, services);
    addJobDashboard(this, { Jobs: jobs.jobs, "Dead letters": jobs.dead, Sweeps: jobs.sweeps });
    addDatabaseDashboard(this, databases);
  }
}
