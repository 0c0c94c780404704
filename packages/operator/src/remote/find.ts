import { messageOf, OperatorError } from "../errors.ts";

/**
 * The operator function of a stage, by the output of its stack.
 *
 * @throws OperatorError when these credentials find none
 */
export async function findFunction(stage: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const stack = `Bulkhead-${stage}-Operator`;
  const { Stacks } = await new CloudFormationClient({})
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error) => {
      throw new OperatorError(
        `The stack ${stack} can't be read: ${messageOf(error)} Choose credentials and a region (AWS_PROFILE, AWS_REGION) that can read it.`,
      );
    });
  const outputs = Stacks?.[0]?.Outputs ?? [];
  const name = outputs.find(({ OutputKey }) => OutputKey === "FunctionName")?.OutputValue;
  if (name) return name;
  throw new OperatorError(`The stack ${stack} has no output FunctionName. Deploy the stage again.`);
}

/** The caller as STS names it: `assumed-role/Admin/ada`. */
export async function findCaller(): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Arn = "" } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  return Arn.slice(Arn.lastIndexOf(":") + 1);
}
