import { randomUUID } from "node:crypto";
import type { JsonValue } from "../shared/json.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { Environment, LambdaInvocation } from "./environment.ts";
import { failure, type InvocationFailure, type InvocationResult } from "./invocation-result.ts";
import { newTraceId } from "./trace.ts";

export type LambdaFunction = {
  readonly definition: FunctionDefinition;
  /** Waits for a free environment, as long as the reserved concurrency allows one more to wait. */
  invoke(event: JsonValue, options?: { traceId?: string }): Promise<InvocationResult>;
  environments(): Environment[];
  /** Folders of its code and of the code that older environments still run: they may load more files. */
  codeFolders(): string[];
  stats(): FunctionStats;
  /** Replaces the definition: idle environments of the old one end at once, busy ones after their invocation. */
  replace(definition: FunctionDefinition): void;
  /** Why its newest code can't be bundled. The last good code keeps running for queues and schedules. */
  problem: string | undefined;
  /** Resolves when newer code is bundled. HTTP requests wait for it. */
  rebundling: Promise<void> | undefined;
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
  /** A new environment, or `undefined` at the limit of processes. */
  start(start: EnvironmentStart): Environment | undefined;
  failed(failure: InvocationFailure): void;
  /** How long an invocation waits for a busy environment before another one is started for it. */
  busyWaitMilliseconds: number;
};

export type EnvironmentStart = {
  definition: FunctionDefinition;
  /** How many environments of this definition there are. */
  others: number;
  changed(): void;
};

/** A queue in front of a function's environments, each of which runs one invocation at a time. */
export function createFunction(options: FunctionOptions): LambdaFunction {
  const { start, failed, busyWaitMilliseconds } = options;
  let { definition } = options;
  // Each with the definition it was started from, which may be outdated.
  const environments = new Map<Environment, FunctionDefinition>();
  const queue: {
    invocation: LambdaInvocation;
    since: number;
    resolve(result: InvocationResult): void;
  }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const counts = { invocations: 0, failures: 0, throttles: 0, coldStarts: 0, lastInvokedAt: 0 };
  let inFlight = 0;

  const current = () =>
    [...environments].filter(([, its]) => its === definition).map(([environment]) => environment);

  function addEnvironment(): Environment | undefined {
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

  /** Counts from the start of the newest environment: it is about to take invocations. */
  function hasWaitedEnough(all: Environment[]): boolean {
    const since = Math.max(queue[0]?.since ?? 0, ...all.map(({ readyAt }) => readyAt()));
    return all.length === 0 || Date.now() - since >= busyWaitMilliseconds;
  }

  function assign(): void {
    clearTimeout(timer);
    endOutdated();
    while (queue.length > 0) {
      const all = current();
      const free =
        all.find(({ idle }) => idle()) ?? (hasWaitedEnough(all) ? addEnvironment() : undefined);
      const next = free && queue.shift();
      if (!next) {
        timer = setTimeout(assign, busyWaitMilliseconds).unref();
        return;
      }
      void free.invoke(next.invocation).then(next.resolve);
    }
  }

  async function invoke(
    event: JsonValue,
    { traceId = newTraceId() } = {},
  ): Promise<InvocationResult> {
    counts.invocations++;
    counts.lastInvokedAt = Date.now();
    if (inFlight >= (definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      counts.throttles++;
      return failure("throttled", "TooManyRequestsException", "Rate Exceeded.");
    }
    inFlight++;
    const invocation = { requestId: randomUUID(), payload: JSON.stringify(event), traceId };
    const result = await new Promise<InvocationResult>((resolve) => {
      queue.push({ invocation, since: Date.now(), resolve });
      assign();
    });
    inFlight--;
    if (!result.ok) {
      counts.failures++;
      failed(result);
    }
    return result;
  }

  return {
    get definition() {
      return definition;
    },
    problem: undefined,
    rebundling: undefined,
    replace(next) {
      definition = next;
      assign();
    },
    invoke,
    environments: () => [...environments.keys()],
    codeFolders: () => [definition, ...environments.values()].map(({ codeFolder }) => codeFolder),
    stats: () => ({ ...counts, environments: environments.size, inFlight }),
  };
}
