import type { App, StackProps } from "aws-cdk-lib";
import type { CodeOf } from "./bundle.ts";
import { ApiStack } from "./stacks/api.ts";
import { DataStack } from "./stacks/data.ts";
import { EdgeStack } from "./stacks/edge.ts";
import { EntryStack } from "./stacks/entry.ts";
import { JobsStack } from "./stacks/jobs.ts";
import { NetworkStack } from "./stacks/network.ts";
import { SchemaStack } from "./stacks/schema.ts";
import type { StageConfig } from "./stages.ts";

/** The stacks of one stage, in the order in which they are deployed. */
export function bulkhead(app: App, stage: StageConfig, codeOf: CodeOf) {
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
  const edge = stage.firewall
    ? new EdgeStack(app, "Edge", { ...props("Edge", "us-east-1"), stage })
    : undefined;
  const entry = new EntryStack(app, "Entry", { ...props("Entry"), stage, network, data, edge });
  const jobs = new JobsStack(app, "Jobs", { ...props("Jobs"), ...house });
  const api = new ApiStack(app, "Api", { ...props("Api"), ...house, entry, jobs });

  // No reference leads from a table to whoever needs it, so the order is said aloud. CloudFormation
  // runs the migrations before any code that expects them, and after none of it.
  for (const stack of [entry, jobs, api]) stack.addStackDependency(schema);
  edge?.addStackDependency(schema);

  return { network, data, schema, edge, entry, jobs, api };
}
