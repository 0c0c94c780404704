import type { App, StackProps } from "aws-cdk-lib";
import type { Product } from "../build/product.ts";
import { servicesIn } from "../monitoring/functions.ts";
import type { StageConfig } from "../stages.ts";
import { ApiStack } from "./api.ts";
import { DataStack } from "./data.ts";
import { DedicatedTenantStack } from "./dedicated-tenant.ts";
import { EdgeStack } from "./edge.ts";
import { EntryStack } from "./entry.ts";
import { JobsStack } from "./jobs.ts";
import { MonitoringStack } from "./monitoring.ts";
import { NetworkStack } from "./network.ts";
import { OperatorStack } from "./operator.ts";
import { SchemaStack } from "./schema.ts";
import { WebStack } from "./web.ts";

/** The stacks of one stage, in the order in which they are deployed. */
export function bulkhead(app: App, stage: StageConfig, { codeOf, site }: Product) {
  const props = (id: string, region = stage.region): StackProps => ({
    // Stages may share an account, so a stack's name contains the stage. Its id does not: references and
    // tests use it.
    stackName: `Bulkhead-${stage.name}-${id}`,
    description: `Bulkhead ${stage.name}: ${id}`,
    env: { region, account: stage.account },
    terminationProtection: stage.protection,
    tags: { application: "bulkhead", stage: stage.name },
  });

  const network = new NetworkStack(app, "Network", { ...props("Network"), stage });
  const data = new DataStack(app, "Data", { ...props("Data"), stage, network });
  const context = { stage, codeOf, network, data };
  const schema = new SchemaStack(app, "Schema", { ...props("Schema"), ...context });
  const dedicated = (stage.dedicated ?? []).map(
    (each) =>
      new DedicatedTenantStack(app, `Dedicated-${each.name}`, {
        ...props(`Dedicated-${each.name}`),
        ...context,
        dedicated: each,
      }),
  );
  const placements = { home: data.database, dedicated };
  const edge =
    stage.firewall || stage.domain
      ? new EdgeStack(app, "Edge", { ...props("Edge", "us-east-1"), stage })
      : undefined;
  const entry = new EntryStack(app, "Entry", {
    ...props("Entry"),
    stage,
    network,
    data,
    edge,
    site,
  });
  const jobs = new JobsStack(app, "Jobs", { ...props("Jobs"), ...context, placements });
  const api = new ApiStack(app, "Api", { ...props("Api"), ...context, placements, entry, jobs });

  const operator = new OperatorStack(app, "Operator", {
    ...props("Operator"),
    ...context,
    placements,
  });
  const web = new WebStack(app, "Web", { ...props("Web"), ...context, entry, site });

  const services = servicesIn(app);
  // Deployed stages have a stack of this id: under another, CloudFormation creates a second one.
  const monitoring = new MonitoringStack(app, "Watch", {
    ...props("Watch"),
    stage,
    data,
    placements,
    entry,
    jobs,
    services,
  });

  // No reference connects a table with the code that uses it, so these dependencies are explicit: the
  // migrations run before any code that expects them is deployed.
  for (const stack of [...dedicated, entry, jobs, api, operator, web, monitoring]) {
    stack.addStackDependency(schema);
  }
  for (const stack of dedicated) {
    for (const user of [jobs, api, operator]) user.addStackDependency(stack);
  }
  edge?.addStackDependency(schema);

  // The pages call the API of their own release.
  web.addStackDependency(api);

  return { network, data, schema, dedicated, edge, entry, jobs, api, operator, web, monitoring };
}
