import type { App, StackProps } from "aws-cdk-lib";
import type { Product } from "./product.ts";
import { ApiStack } from "./stacks/api.ts";
import { DataStack } from "./stacks/data.ts";
import { DedicatedTenantStack } from "./stacks/dedicated-tenant.ts";
import { EdgeStack } from "./stacks/edge.ts";
import { EntryStack } from "./stacks/entry.ts";
import { JobsStack } from "./stacks/jobs.ts";
import { NetworkStack } from "./stacks/network.ts";
import { OperatorStack } from "./stacks/operator.ts";
import { SchemaStack } from "./stacks/schema.ts";
import { WatchStack } from "./stacks/watch.ts";
import { WebStack } from "./stacks/web.ts";
import type { StageConfig } from "./stages.ts";
import { servicesBelow } from "./watch/functions.ts";

/** The stacks of one stage, in the order in which they are deployed. */
export function bulkhead(app: App, stage: StageConfig, { codeOf, site }: Product) {
  const props = (id: string, region = stage.region): StackProps => ({
    // Stages may share an account, so the stack's name carries the stage. Its id does not: ids are
    // what references and tests know.
    stackName: `Bulkhead-${stage.name}-${id}`,
    description: `Bulkhead ${stage.name}: ${id}`,
    env: { region, account: stage.account },
    terminationProtection: stage.protection,
    tags: { application: "bulkhead", stage: stage.name },
  });

  const network = new NetworkStack(app, "Network", { ...props("Network"), stage });
  const data = new DataStack(app, "Data", { ...props("Data"), stage, network });
  const house = { stage, codeOf, network, data };
  const schema = new SchemaStack(app, "Schema", { ...props("Schema"), ...house });
  const dedicated = (stage.dedicated ?? []).map(
    (each) =>
      new DedicatedTenantStack(app, `Dedicated-${each.name}`, {
        ...props(`Dedicated-${each.name}`),
        ...house,
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
  const jobs = new JobsStack(app, "Jobs", { ...props("Jobs"), ...house, placements });
  const api = new ApiStack(app, "Api", { ...props("Api"), ...house, placements, entry, jobs });

  const operator = new OperatorStack(app, "Operator", {
    ...props("Operator"),
    ...house,
    placements,
  });
  const web = new WebStack(app, "Web", { ...props("Web"), ...house, entry, site });

  const services = servicesBelow(app);
  const watch = new WatchStack(app, "Watch", {
    ...props("Watch"),
    data,
    placements,
    entry,
    jobs,
    services,
  });

  // No reference leads from a table to whoever needs it, so the order is said aloud. CloudFormation
  // runs the migrations before any code that expects them, and after none of it.
  for (const stack of [...dedicated, entry, jobs, api, operator, web, watch])
    stack.addStackDependency(schema);
  for (const stack of dedicated) {
    for (const user of [jobs, api, operator]) user.addStackDependency(stack);
  }
  edge?.addStackDependency(schema);

  // The pages call the API of their own release.
  web.addStackDependency(api);

  return { network, data, schema, dedicated, edge, entry, jobs, api, operator, web, watch };
}
