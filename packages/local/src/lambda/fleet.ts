import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { FunctionDefinition } from "./definition.ts";
import { type Environment, startEnvironment } from "./environment.ts";
import { createFunction, type EnvironmentStart, type LambdaFunction } from "./function.ts";
import type { RuntimeApi } from "./runtime-api.ts";

// Two cores gain nothing from a fourth process of one function. All of them together have to leave room
// on a laptop: one takes 100 to 150 MB.
export const ENVIRONMENTS_PER_FUNCTION = 3;
const ENVIRONMENTS = 5;
// Who worked a moment ago will work again in a moment.
const RESTED_MILLISECONDS = 1_000;
// About as long as a process takes to start. Most answers come much sooner, and starting one for each
// request of a page keeps both cores busy for longer than the page would wait.
const PATIENCE_MILLISECONDS = 250;
const IDLE_SECONDS = 120;
const TIGHT_IDLE_SECONDS = 10;

export type FleetOptions = {
  api: RuntimeApi;
  compileCache: string;
  variablesOf(definition: FunctionDefinition): Record<string, string>;
  log(label: string, line: string): void;
  /** A process was started: whoever cleans up after a crash wants to know. */
  started(pid: number): void;
  /** @default 120 */
  idleSeconds?: number;
  /** How long a busy environment is waited for. @default 250 */
  patienceMilliseconds?: number;
};

/** All functions of the cloud, and the room that they share. */
export type Fleet = {
  /** Adds a function, or renews the one of this name if it is another by now. */
  define(definition: FunctionDefinition): LambdaFunction;
  /** Ends the functions of all other names, once they have answered. */
  keepOnly(names: ReadonlySet<string>): void;
  /** By ARN (with or without qualifier) or name. */
  find(function_: string): LambdaFunction | undefined;
  all(): LambdaFunction[];
  /** What its process finds in its environment. */
  variablesOf(definition: FunctionDefinition): Record<string, string>;
  /** Something else takes half a gigabyte: from now on idle environments end after ten seconds. */
  makeRoom(): void;
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

  /** Room for one more: the longest idle process of any function makes way for a busy function. */
  function hasRoom(): boolean {
    if (environments().length < ENVIRONMENTS) return true;
    const [longest] = idle();
    if (!longest || longest.idleSince() > Date.now() - RESTED_MILLISECONDS) return false;
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
    // The first environment is never refused: no function starves behind another's load.
    if (others > 0 && (others >= most || !hasRoom())) return undefined;
    const variables = options.variablesOf(definition);
    const log = (line: string) => options.log(definition.label, line);
    const environment = startEnvironment({ ...options, definition, variables, log, changed });
    if (environment.pid) options.started(environment.pid);
    return environment;
  }

  function define(definition: FunctionDefinition): LambdaFunction {
    const known = functions.get(definition.name);
    if (known) {
      if (!isDeepStrictEqual(known.definition, definition)) known.renew(definition);
      return known;
    }
    const made = createFunction({
      definition,
      start,
      patienceMilliseconds: options.patienceMilliseconds ?? PATIENCE_MILLISECONDS,
      // What a handler throws is in its own log already.
      failed: ({ kind, errorType, errorMessage }) => {
        if (kind !== "function") options.log(definition.label, `${errorType} ${errorMessage}`);
      },
    });
    functions.set(definition.name, made);
    return made;
  }

  return {
    define,
    keepOnly(names) {
      for (const [name, { renew, definition }] of functions) {
        if (names.has(name)) continue;
        renew({ ...definition }); // another one: what runs is outdated
        functions.delete(name);
      }
    },
    find: (wanted) =>
      [...functions.values()].find(
        ({ definition: { arn, name } }) =>
          wanted === name || wanted === arn || wanted.startsWith(`${arn}:`),
      ),
    makeRoom() {
      idleSeconds = Math.min(idleSeconds, TIGHT_IDLE_SECONDS);
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
