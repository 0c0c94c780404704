import type { Outcome } from "../command/run.ts";
import { Fault } from "../fault.ts";
import type { Say } from "../move/move.ts";
import type { Answer, Order } from "./order.ts";

/** Calls the function with an order, and gives its answer. */
export type Call = (order: Order) => Promise<Answer>;

/**
 * Has the operator function do what is asked, and asks again as long as it says that there is more to do:
 * no call of it outlasts a Lambda function's time.
 */
export async function askOperator(call: Call, order: Order, say: Say): Promise<Outcome> {
  for (;;) {
    const { said, outcome } = await call(order);
    for (const line of said) say(line);
    if (outcome.kind !== "unfinished") return outcome;
    say("… going on");
  }
}

// A call lasts up to Lambda's 15 minutes.
const REQUEST_MS = 16 * 60_000;

/** Calls through AWS Lambda. @throws Fault when the function failed, which its log tells more of */
export async function lambdaCall(functionName: string): Promise<Call> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  // Once: a second try would run beside the first.
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
  });
  return async (order) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(order) }),
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (!FunctionError) return JSON.parse(text) as Answer;
    throw new Fault(
      `The operator function failed: ${text} Read its log (${functionName}). The same command goes on from where it was.`,
    );
  };
}
