import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { migrate } from "../constructs/migrations.ts";
import type { ServiceStackProps } from "./service-stack.ts";

/** The migrations of the home database. Every stack that uses a table depends on this one. */
export class SchemaStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    migrate(this, props, props.data.database);
  }
}
