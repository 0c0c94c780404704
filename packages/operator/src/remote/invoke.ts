import type { Output } from "../command/commands.ts";
import type { Outcome } from "../command/run.ts";
import { OperatorError } from "../errors.ts";
import type { Command, CommandResult } from "./command.ts";

/** Invokes the operator function. */
export type Invoke = (command: Command) => Promise<CommandResult>;

/** Invokes the operator function until the command has ended: no call outlasts a Lambda function's timeout. */
export async function runRemotely(
  invoke: Invoke,
  command: Command,
  { print, log }: Output,
): Promise<Outcome> {
  for (;;) {
    const { lines, outcome } = await invoke(command);
    for (const line of lines) print(line);
    if (outcome.kind !== "unfinished") return outcome;
    log("continuing");
  }
}

// An invocation lasts up to Lambda's 15 minutes.
const REQUEST_MS = 16 * 60_000;

/** Invokes through AWS Lambda. @throws OperatorError when the function failed */
export async function lambdaInvoke(functionName: string): Promise<Invoke> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  // Once: a second try would run beside the first.
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
  });
  return async (command) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(command) }),
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (!FunctionError) return JSON.parse(text) as CommandResult;
    throw new OperatorError(
      `The operator function failed: ${text} Read its log (${functionName}). The same command continues from where it was.`,
    );
  };
}
