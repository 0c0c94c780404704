import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export interface NamedRoleProps {
  /** The service that assumes the role, such as `lambda.amazonaws.com`. */
  readonly service: string;
  readonly statements: readonly PolicyStatement[];
}

/**
 * A role whose permissions are exactly the statements it was given. A `grant*` on it, ours or one
 * inside a construct of the CDK, changes nothing: what may be done stands in one place, written out.
 */
export class NamedRole extends Construct {
  readonly role;

  constructor(scope: Construct, id: string, { service, statements }: NamedRoleProps) {
    super(scope, id);

    // A managed policy: the role refers to it, so whoever uses the role waits for its permissions.
    const policy = new ManagedPolicy(this, "Policy", { statements: [...statements] });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal(service),
      managedPolicies: [policy],
    });
    this.role = role.withoutPolicyUpdates();
  }
}
