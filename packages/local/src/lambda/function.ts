import { randomUUID } from "node:crypto";
import type { Json } from "../template/json.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { Environment, Invocation } from "./environment.ts";
import { type Failure, failure, type Outcome } from "./outcome.ts";
import { newTraceId } from "./trace.ts";

export type LambdaFunction = {
  definition: FunctionDefinition;
  /** Waits for a free environment, as long as the reserved concurrency allows one more to wait. */
  invoke(event: Json, options?: { traceId?: string }): Promise<Outcome>;
  environments(): Environment[];
  stats(): FunctionStats;
};

export type FunctionStats = {
  invocations: number;
  failures: number;
  throttles: number;
  coldStarts: number;
  environments: number;
  /** Invocations that run or wait for an environment. */
  inFlight: number;
};

export type FunctionOptions = {
  definition: FunctionDefinition;
  /** A fresh environment, or `undefined` when the machine has no room for one more now. */
  start(first: boolean, changed: () => void): Environment | undefined;
  failed(failure: Failure): void;
};

/** A queue in front of a function's environments, each of which runs one invocation at a time. */
export function createFunction({ definition, start, failed }: FunctionOptions): LambdaFunction {
  const environments = new Set<Environment>();
  const queue: { invocation: Invocation; resolve(outcome: Outcome): void }[] = [];
  const counts = { invocations: 0, failures: 0, throttles: 0, coldStarts: 0 };
  let inFlight = 0;

  function grow(): Environment | undefined {
    const environment = start(environments.size === 0, assign);
    if (!environment) return undefined;
    counts.coldStarts++;
    environments.add(environment);
    void environment.exited.then(() => {
      environments.delete(environment);
      assign();
    });
    return environment;
  }

  function assign(): void {
    while (queue.length > 0) {
      const all = [...environments];
      // One that has just answered is free in a moment: a fresh one would take a hundred times as long.
      const soonFree = all.filter((environment) => environment.settling()).length;
      const free =
        all.find((environment) => environment.idle()) ??
        (queue.length > soonFree ? grow() : undefined);
      const next = free && queue.shift();
      if (!next) return;
      void free.invoke(next.invocation).then(next.resolve);
    }
  }

  async function invoke(event: Json, { traceId = newTraceId() } = {}): Promise<Outcome> {
    counts.invocations++;
    if (inFlight >= (definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      counts.throttles++;
      return failure("throttled", "TooManyRequestsException", "Rate Exceeded.");
    }
    inFlight++;
    const invocation = { requestId: randomUUID(), payload: JSON.stringify(event), traceId };
    const outcome = await new Promise<Outcome>((resolve) => {
      queue.push({ invocation, resolve });
      assign();
    });
    inFlight--;
    if (!outcome.ok) counts.failures++;
    if (!outcome.ok) failed(outcome);
    return outcome;
  }

  return {
    definition,
    invoke,
    environments: () => [...environments],
    stats: () => ({ ...counts, environments: environments.size, inFlight }),
  };
}
