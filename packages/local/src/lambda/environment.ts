import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import {
  failure,
  type InvocationFailure,
  type InvocationResult,
  reportedFailure,
} from "./invocation-result.ts";
import { exitReason, type Launch, launch } from "./process.ts";
import type { RuntimeApi } from "./runtime-api.ts";

// Lambda gives the init phase ten seconds and then restarts it within the function's own timeout.
const INIT_SECONDS = 10;

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const RESPONSE_BYTES = 6_291_556;

export type LambdaInvocation = { requestId: string; payload: string; traceId: string };

/** One process that runs one invocation at a time. */
export type Environment = {
  pid: number | undefined;
  idle(): boolean;
  /** When it first asked for an invocation, in milliseconds since the epoch; infinity until then. */
  readyAt(): number;
  /** Milliseconds since the epoch. */
  idleSince(): number;
  /** Runs one invocation. Only for an environment that is new or idle. */
  invoke(invocation: LambdaInvocation): Promise<InvocationResult>;
  /** Ends the process at once. */
  kill(): void;
  exited: Promise<void>;
};

export type EnvironmentOptions = Launch & {
  api: RuntimeApi;
  /** Called when the environment is free for its next invocation, or has ended. */
  changed(): void;
};

export function startEnvironment(options: EnvironmentOptions): Environment {
  const { definition, api, changed } = options;
  const token = randomUUID();

  let waiting: ServerResponse | undefined;
  let pending:
    | { invocation: LambdaInvocation; resolve(result: InvocationResult): void }
    | undefined;
  let initFailure: InvocationFailure | undefined;
  let idleSince = Date.now();
  let readyAt = Number.POSITIVE_INFINITY;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const address = api.open(token, {
    next(response) {
      if (ended) return;
      clearTimeout(timer);
      waiting = response;
      idleSince = Date.now();
      readyAt = Math.min(readyAt, idleSince);
      if (pending) deliver(pending.invocation);
      else changed();
    },
    response: (id, body) => finish(id, checkSize(body)),
    error: (id, body) => finish(id, reportedFailure("function", body)),
    initError(body) {
      initFailure = reportedFailure("init", body);
    },
  });
  const variables = { ...options.variables, AWS_LAMBDA_RUNTIME_API: address };
  const child = launch({ ...options, variables });
  expireAfter(INIT_SECONDS + definition.timeoutSeconds, "Init phase");

  const exited = exitReason(child).then((reason) => {
    clearTimeout(timer);
    api.revoke(token);
    const id = pending?.invocation.requestId ?? "";
    finish(id, initFailure ?? failure("crash", "Runtime.ExitError", errorMessage(id, reason)));
    ended = true;
    changed();
  });

  function deliver({ requestId, payload, traceId }: LambdaInvocation) {
    waiting?.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-deadline-ms": String(Date.now() + definition.timeoutSeconds * 1000),
      "lambda-runtime-invoked-function-arn": definition.arn,
      "lambda-runtime-trace-id": traceId,
    });
    waiting?.end(payload);
    waiting = undefined;
    expireAfter(definition.timeoutSeconds, "Task");
  }

  function finish(requestId: string, result: InvocationResult) {
    if (pending?.invocation.requestId !== requestId) return; // it has timed out already
    pending.resolve(result);
    pending = undefined;
  }

  /** Lambda's timeout: it runs until the environment asks for its next invocation. */
  function expireAfter(seconds: number, what: string) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const id = pending?.invocation.requestId ?? "";
      const message = errorMessage(id, `${what} timed out after ${seconds.toFixed(2)} seconds`);
      finish(id, failure("timeout", "Sandbox.Timedout", message));
      kill();
    }, seconds * 1000);
  }

  function kill() {
    ended = true; // it takes no invocation while it ends
    child.kill("SIGKILL");
  }

  return {
    pid: child.pid,
    readyAt: () => readyAt,
    idle: () => waiting !== undefined && !pending && !ended,
    idleSince: () => idleSince,
    invoke: (invocation) =>
      new Promise((resolve) => {
        pending = { invocation, resolve };
        if (waiting) deliver(invocation);
      }),
    kill,
    exited,
  };
}

const errorMessage = (requestId: string, message: string) =>
  `RequestId: ${requestId} Error: ${message}`;

function checkSize(body: string): InvocationResult {
  const bytes = Buffer.byteLength(body);
  if (bytes <= RESPONSE_BYTES) return { ok: true, payload: body };
  return failure(
    "too-large",
    "Function.ResponseSizeTooLarge",
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${RESPONSE_BYTES} bytes).`,
  );
}
