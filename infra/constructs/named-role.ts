import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export interface NamedRoleProps {
  /** The service that assumes the role, such as `lambda.amazonaws.com`. */
  readonly service: string;
  readonly statements: readonly PolicyStatement[];
}

/**
 * A role whose permissions are exactly these statements. A `grant*` on it, also one inside a construct
 * of the CDK, changes nothing.
 */
export class NamedRole extends Construct {
  readonly role;

  constructor(scope: Construct, id: string, { service, statements }: NamedRoleProps) {
    super(scope, id);

    // A managed policy: the role refers to it, so what depends on the role also waits for its permissions.
    const policy = new ManagedPolicy(this, "Policy", { statements: [...statements] });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal(service),
      managedPolicies: [policy],
    });
    this.role = role.withoutPolicyUpdates();
  }
}
