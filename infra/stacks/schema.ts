import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { House } from "../constructs/house.ts";
import { migrate } from "../constructs/migrations.ts";

/** The migrations. Whatever needs a table is in a stack that depends on this one. */
export class SchemaStack extends Stack {
  constructor(scope: Construct, id: string, house: House) {
    super(scope, id, house);
    migrate(this, house, house.data.database);
  }
}
