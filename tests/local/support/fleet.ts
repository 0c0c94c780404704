import { onTestFinished } from "vitest";
import type { FunctionDefinition } from "../../../packages/local/src/lambda/definition.ts";
import {
  createFleet,
  type Fleet,
  type FleetOptions,
} from "../../../packages/local/src/lambda/fleet.ts";
import { startRuntimeApi } from "../../../packages/local/src/lambda/runtime-api.ts";
import { bundle, temporaryFolder } from "./handlers.ts";

export type TestFleet = Fleet & {
  logs: string[];
  pids: number[];
  /** Defines a function from the source of its module. */
  add(code: string, more?: Partial<FunctionDefinition>): ReturnType<Fleet["define"]>;
};

/** A fleet with a real Runtime API and real processes. */
export async function startFleet(
  options: Pick<FleetOptions, "idleSeconds" | "busyWaitMilliseconds"> = {},
): Promise<TestFleet> {
  const api = await startRuntimeApi();
  const logs: string[] = [];
  const pids: number[] = [];
  const fleet = createFleet({
    ...options,
    api,
    compileCache: temporaryFolder(),
    started: (pid) => pids.push(pid),
    logLine: (label, line) => logs.push(`${label} | ${line}`),
    variablesOf: ({ codeFolder, handler, variables, name, memoryMegabytes }) => ({
      LAMBDA_TASK_ROOT: codeFolder,
      _HANDLER: handler,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      ...variables,
    }),
  });
  onTestFinished(async () => {
    await fleet.stop(0);
    await api.close();
  });
  return { ...fleet, logs, pids, add: (code, more) => fleet.define(definition(code, more)) };
}

let count = 0;

function definition(code: string, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const name = `fixture-${++count}`;
  return {
    name,
    label: name,
    arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
    codeFolder: bundle(code),
    handler: "index.handler",
    runtime: "nodejs24.x",
    timeoutSeconds: 5,
    memoryMegabytes: 128,
    reservedConcurrency: undefined,
    logGroup: `/aws/lambda/${name}`,
    variables: {},
    ...more,
  };
}
