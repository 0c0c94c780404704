import { Fault } from "../fault.ts";

/**
 * The operator function of a stage, by the output of its stack.
 *
 * @throws Fault when the stage has none that these credentials see
 */
export async function findOperator(stage: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const stack = `Bulkhead-${stage}-Operator`;
  const found = await new CloudFormationClient({})
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error: Error) => {
      throw new Fault(
        `The stack ${stack} can't be read: ${error.message} Choose credentials and a region (AWS_PROFILE, AWS_REGION) that see it.`,
      );
    });
  const outputs = found.Stacks?.[0]?.Outputs ?? [];
  const name = outputs.find(({ OutputKey }) => OutputKey === "FunctionName")?.OutputValue;
  if (name) return name;
  throw new Fault(`The stack ${stack} names no function: deploy the stage again.`);
}

/** Who these credentials say they are, as the function writes it down: `assumed-role/Admin/ada`. */
export async function nameOfCaller(): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Arn = "" } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  return Arn.slice(Arn.lastIndexOf(":") + 1);
}
