import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";

/** What functions and databases use of a stage's network. */
export interface Network {
  readonly vpc: IVpc;
  /** Security group of every function that connects to a database. */
  readonly functions: ISecurityGroup;
  readonly functionSubnets: SubnetSelection;
  readonly databaseSubnets: SubnetSelection;
  /** Encrypts logs and alarms. */
  readonly operationsKey: IKey;
}
