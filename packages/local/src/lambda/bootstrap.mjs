// Lambda's Node.js runtime inside a function's own process: loads the handler, then asks the Runtime API
// for one invocation after the other. JavaScript, so that a cold start strips no types.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

import { existsSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

enableCompileCache(process.argv.splice(2)[0]);

// Not by `import`, which evaluates every export: one loads a WebSocket client, 60 ms of every start.
const http = process.getBuiltinModule("node:http");

// Ctrl-C reaches the whole process group. The local cloud lets a running invocation finish and then ends
// this process. Lambda sends neither signal.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

const [api, ...prefix] = process.env.AWS_LAMBDA_RUNTIME_API.split("/");
const [hostname, port] = api.split(":");
const RUNTIME = `/${[...prefix, "2018-06-01/runtime"].join("/")}`;
const agent = new http.Agent({ keepAlive: true });

/** @returns {Promise<{ headers: import("node:http").IncomingHttpHeaders, body: string }>} */
function call(method, route, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, agent, method, path: RUNTIME + route },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
    // Without its Runtime API the process is an orphan, even while its handler waits.
  }).catch(() => process.exit(0));
}

const described = (error) =>
  JSON.stringify(
    error instanceof Error
      ? {
          errorType: error.name,
          errorMessage: error.message,
          trace: error.stack?.split("\n") ?? [],
        }
      : { errorType: typeof error, errorMessage: String(error), trace: [] },
  );

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

async function load() {
  const root = process.env.LAMBDA_TASK_ROOT;
  const [, file, exported] = /^(.*)\.([^.]+)$/.exec(process.env._HANDLER) ?? [];
  const found = [".js", ".mjs", ".cjs"]
    .map((extension) => path.join(root, file + extension))
    .find((candidate) => existsSync(candidate));
  if (!found) throw named("Runtime.ImportModuleError", `Cannot find module '${file}' in ${root}`);
  const module = await import(pathToFileURL(found).href);
  const handler = module[exported] ?? module.default?.[exported];
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${process.env._HANDLER} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      "Callback handlers ended with Node.js 24: use an async function.",
    );
  }
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

let current;

async function fail(kind, error) {
  console.error(error);
  const route = current ? `/invocation/${current}/error` : "/init/error";
  const name = error instanceof Error ? error.name : kind;
  await call("POST", route, described(named(kind, `${name}: ${error?.message ?? error}`)));
  process.exit(1);
}
process.on("uncaughtException", (error) => fail("Runtime.UnhandledException", error));
process.on("unhandledRejection", (error) => fail("Runtime.UnhandledPromiseRejection", error));

/** An idle connection whose close ends a process that never calls the Runtime API again. */
http
  .get({ hostname, port, path: `${RUNTIME}/lease`, agent: false }, (response) => {
    response.on("close", () => process.exit(0)).resume();
  })
  .on("error", () => process.exit(0));

const handler = await load().catch(async (error) => {
  console.error(error);
  await call("POST", "/init/error", described(error));
  process.exit(1);
});

let isFirst = true;
while (true) {
  const { headers, body } = await call("GET", "/invocation/next");
  const context = contextOf(headers);
  current = context.awsRequestId;
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  try {
    const result = await handler(JSON.parse(body), context);
    await call("POST", `/invocation/${current}/response`, JSON.stringify(result) ?? "null");
  } catch (error) {
    console.error(error);
    await call("POST", `/invocation/${current}/error`, described(error));
  }
  current = undefined;
  // The process will be killed, so the compile cache is written now, when no invocation waits.
  if (isFirst) flushCompileCache();
  isFirst = false;
}
