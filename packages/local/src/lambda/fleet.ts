import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { FunctionDefinition } from "./definition.ts";
import { type Environment, startEnvironment } from "./environment.ts";
import { createFunction, type EnvironmentStart, type LambdaFunction } from "./function.ts";
import type { RuntimeApi } from "./runtime-api.ts";

// Two cores gain nothing from a fourth process of one function. A process takes 100 to 150 MB, so the total
// is limited as well.
export const ENVIRONMENTS_PER_FUNCTION = 3;
const ENVIRONMENTS = 5;
// A process that was busy a moment ago is likely to be needed again.
const EVICTABLE_AFTER_MILLISECONDS = 1_000;
// About as long as a process takes to start. Most invocations end much sooner, and starting a process for
// each request of a page keeps both cores busy for longer than the page would wait.
const BUSY_WAIT_MILLISECONDS = 250;
const IDLE_SECONDS = 120;
const REDUCED_IDLE_SECONDS = 10;

export type FleetOptions = {
  api: RuntimeApi;
  compileCache: string;
  variablesOf(definition: FunctionDefinition): Record<string, string>;
  logLine(label: string, line: string): void;
  /** Called with each process that starts, for the cleanup after a crash. */
  started(pid: number): void;
  /** @default 120 */
  idleSeconds?: number;
  /** How long an invocation waits for a busy environment before another one starts. @default 250 */
  busyWaitMilliseconds?: number;
};

/** All functions of the cloud. They share a limit on processes. */
export type Fleet = {
  /** Adds a function, or updates the one with this name if its definition changed. */
  define(definition: FunctionDefinition): LambdaFunction;
  /** Removes all other functions; their running invocations finish. */
  keepOnly(names: ReadonlySet<string>): void;
  /** By ARN (with or without qualifier) or name. */
  find(function_: string): LambdaFunction | undefined;
  all(): LambdaFunction[];
  /** The environment variables of its process. */
  variablesOf(definition: FunctionDefinition): Record<string, string>;
  /** From now on idle environments end after ten seconds. */
  reduceIdleTime(): void;
  /** Lets running invocations finish for `graceMilliseconds`, then ends every process. */
  stop(graceMilliseconds: number): Promise<void>;
};

export function createFleet(options: FleetOptions): Fleet {
  const functions = new Map<string, LambdaFunction>();
  let stopping = false;
  let idleSeconds = options.idleSeconds ?? IDLE_SECONDS;
  const environments = () => [...functions.values()].flatMap((each) => each.environments());
  const idle = () =>
    environments()
      .filter((environment) => environment.idle())
      .sort((left, right) => left.idleSince() - right.idleSince());

  /** Whether one more process may start. At the limit the longest idle one ends to make room. */
  function hasRoom(): boolean {
    if (environments().length < ENVIRONMENTS) return true;
    const [longest] = idle();
    if (!longest || longest.idleSince() > Date.now() - EVICTABLE_AFTER_MILLISECONDS) return false;
    longest.kill();
    return true;
  }

  const reaper = setInterval(() => {
    const limit = Date.now() - idleSeconds * 1000;
    for (const each of idle()) if (each.idleSince() < limit) each.kill();
  }, 1_000);
  reaper.unref();

  function start({ definition, others, changed }: EnvironmentStart): Environment | undefined {
    if (stopping) return undefined;
    const limit = definition.reservedConcurrency ?? ENVIRONMENTS_PER_FUNCTION;
    const most = Math.min(ENVIRONMENTS_PER_FUNCTION, limit);
    // The first environment is never refused, so that load on one function cannot starve another.
    if (others > 0 && (others >= most || !hasRoom())) return undefined;
    const variables = options.variablesOf(definition);
    const log = (line: string) => options.logLine(definition.label, line);
    const environment = startEnvironment({ ...options, definition, variables, log, changed });
    if (environment.pid) options.started(environment.pid);
    return environment;
  }

  function define(definition: FunctionDefinition): LambdaFunction {
    const existing = functions.get(definition.name);
    if (existing) {
      if (!isDeepStrictEqual(existing.definition, definition)) existing.replace(definition);
      return existing;
    }
    const added = createFunction({
      definition,
      start,
      busyWaitMilliseconds: options.busyWaitMilliseconds ?? BUSY_WAIT_MILLISECONDS,
      // A handler's own error is in its log already.
      failed: ({ kind, errorType, errorMessage }) => {
        if (kind !== "function") options.logLine(definition.label, `${errorType} ${errorMessage}`);
      },
    });
    functions.set(definition.name, added);
    return added;
  }

  return {
    define,
    keepOnly(names) {
      for (const [name, { replace, definition }] of functions) {
        if (names.has(name)) continue;
        replace({ ...definition }); // a new object: the running environments are outdated
        functions.delete(name);
      }
    },
    find: (nameOrArn) =>
      [...functions.values()].find(
        ({ definition: { arn, name } }) =>
          nameOrArn === name || nameOrArn === arn || nameOrArn.startsWith(`${arn}:`),
      ),
    reduceIdleTime() {
      idleSeconds = Math.min(idleSeconds, REDUCED_IDLE_SECONDS);
    },
    all: () => [...functions.values()],
    variablesOf: options.variablesOf,
    async stop(graceMilliseconds) {
      clearInterval(reaper);
      const busy = () => [...functions.values()].some((each) => each.stats().inFlight > 0);
      const end = Date.now() + graceMilliseconds;
      while (busy() && Date.now() < end) await sleep(20);
      stopping = true;
      const left = environments();
      for (const environment of left) environment.kill();
      await Promise.all(left.map(({ exited }) => exited));
    },
  };
}
