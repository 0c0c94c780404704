import { randomUUID } from "node:crypto";
import type { Json } from "../shared/json.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { Environment, LambdaInvocation } from "./environment.ts";
import { failure, type InvocationFailure, type InvocationResult } from "./outcome.ts";
import { newTraceId } from "./trace.ts";

export type LambdaFunction = {
  readonly definition: FunctionDefinition;
  /** Waits for a free environment, as long as the reserved concurrency allows one more to wait. */
  invoke(event: Json, options?: { traceId?: string }): Promise<InvocationResult>;
  environments(): Environment[];
  /** Where its code lies, and the code that environments of before still run: they may load more of it. */
  codeFolders(): string[];
  stats(): FunctionStats;
  /** Another definition from now on: idle environments of the old one end at once, busy ones when they have answered. */
  renew(definition: FunctionDefinition): void;
  /** Why its newest code can't run, for whoever asks it in vain; the last good code goes on meanwhile. */
  problem: string | undefined;
  /** Newer code is being made: whoever wants its answer waits for this. */
  coming: Promise<void> | undefined;
};

export type FunctionStats = {
  invocations: number;
  failures: number;
  throttles: number;
  coldStarts: number;
  environments: number;
  /** Invocations that run or wait for an environment. */
  inFlight: number;
  /** Unix milliseconds; 0 for never. */
  lastInvokedAt: number;
};

export type FunctionOptions = {
  definition: FunctionDefinition;
  /** A fresh environment, or `undefined` when the machine has no room for one more now. */
  start(start: EnvironmentStart): Environment | undefined;
  failed(failure: InvocationFailure): void;
  /** How long an invocation waits for a busy environment before another one is started for it. */
  patienceMilliseconds: number;
};

export type EnvironmentStart = {
  definition: FunctionDefinition;
  /** How many environments of this definition there are. */
  others: number;
  changed(): void;
};

/** A queue in front of a function's environments, each of which runs one invocation at a time. */
export function createFunction(options: FunctionOptions): LambdaFunction {
  const { start, failed, patienceMilliseconds } = options;
  let { definition } = options;
  // Each with what it was started from, which may no longer be what the function is.
  const environments = new Map<Environment, FunctionDefinition>();
  const queue: {
    invocation: LambdaInvocation;
    since: number;
    resolve(outcome: InvocationResult): void;
  }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const counts = { invocations: 0, failures: 0, throttles: 0, coldStarts: 0, lastInvokedAt: 0 };
  let inFlight = 0;

  const current = () =>
    [...environments].filter(([, its]) => its === definition).map(([environment]) => environment);

  function grow(): Environment | undefined {
    const environment = start({ definition, others: current().length, changed: assign });
    if (!environment) return undefined;
    counts.coldStarts++;
    environments.set(environment, definition);
    void environment.exited.then(() => {
      environments.delete(environment);
      assign();
    });
    return environment;
  }

  function endOutdated(): void {
    for (const [environment, its] of environments) {
      if (its !== definition && environment.idle()) environment.kill();
    }
  }

  /** Not while one starts, either: those who wait for it have its first answers to wait for. */
  function isPatienceOver(all: Environment[]): boolean {
    const since = Math.max(queue[0]?.since ?? 0, ...all.map(({ readyAt }) => readyAt()));
    return all.length === 0 || Date.now() - since >= patienceMilliseconds;
  }

  function assign(): void {
    clearTimeout(timer);
    endOutdated();
    while (queue.length > 0) {
      const all = current();
      const free = all.find(({ idle }) => idle()) ?? (isPatienceOver(all) ? grow() : undefined);
      const next = free && queue.shift();
      if (!next) {
        timer = setTimeout(assign, patienceMilliseconds).unref();
        return;
      }
      void free.invoke(next.invocation).then(next.resolve);
    }
  }

  async function invoke(event: Json, { traceId = newTraceId() } = {}): Promise<InvocationResult> {
    counts.invocations++;
    counts.lastInvokedAt = Date.now();
    if (inFlight >= (definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      counts.throttles++;
      return failure("throttled", "TooManyRequestsException", "Rate Exceeded.");
    }
    inFlight++;
    const invocation = { requestId: randomUUID(), payload: JSON.stringify(event), traceId };
    const outcome = await new Promise<InvocationResult>((resolve) => {
      queue.push({ invocation, since: Date.now(), resolve });
      assign();
    });
    inFlight--;
    if (!outcome.ok) counts.failures++;
    if (!outcome.ok) failed(outcome);
    return outcome;
  }

  return {
    get definition() {
      return definition;
    },
    problem: undefined,
    coming: undefined,
    renew(renewed) {
      definition = renewed;
      assign();
    },
    invoke,
    environments: () => [...environments.keys()],
    codeFolders: () => [definition, ...environments.values()].map(({ codeFolder }) => codeFolder),
    stats: () => ({ ...counts, environments: environments.size, inFlight }),
  };
}
