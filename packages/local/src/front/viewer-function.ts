import { randomUUID } from "node:crypto";
import vm from "node:vm";
import { type FrontRequest, type FrontResponse, plain } from "../http/message.ts";
import { isObject } from "../shared/json.ts";
import {
  changedRequest,
  type ViewerEvent,
  type ViewerRequest,
  type ViewerResponse,
  viewerRequest,
} from "./viewer-event.ts";
import { frontResponse, viewerResponse } from "./viewer-response.ts";

export type ViewerFunction = {
  name: string;
  /** On `viewer-request`: the request to continue with, or a response that ends it. */
  request(
    request: FrontRequest,
    distribution: DistributionIdentity,
  ): Promise<FrontRequest | FrontResponse>;
  /** On `viewer-response`: the response to the viewer. `request` is as the viewer sent it. */
  response(
    request: FrontRequest,
    response: FrontResponse,
    distribution: DistributionIdentity,
  ): Promise<FrontResponse>;
};

type DistributionIdentity = { id: string; domainName: string };

// CloudFront ends a function after about a millisecond of processor time. This limit is wall time, which a
// busy machine can stretch: it ends endless loops and does not enforce the budget.
const RUN_MILLISECONDS = 2_000;

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
const DISALLOWED =
  /^(connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;
const READ_ONLY = ["content-length", "host", "transfer-encoding", "via"];

// Created inside the context: an object from outside would be a way out. On one line, so that line numbers
// of the code stay correct.
const PRELUDE = "globalThis.console = { log() {}, error() {} };";

/**
 * Runs a CloudFront Function in a context that has only the language. Like CloudFront's runtime it has no
 * `fetch`, `require` or timers.
 *
 * @throws SyntaxError for code that does not compile.
 */
export function createViewerFunction(name: string, code: string): ViewerFunction {
  const script = new vm.Script(`${PRELUDE}${code}\n;handler(JSON.parse(event))`, {
    filename: name,
  });

  async function run(event: Omit<ViewerEvent, "version">): Promise<unknown> {
    const context = vm.createContext(
      { event: JSON.stringify({ version: "1.0", ...event }) },
      { codeGeneration: { strings: false, wasm: false } },
    );
    const result: unknown = await script.runInContext(context, { timeout: RUN_MILLISECONDS });
    return JSON.parse(JSON.stringify(result ?? null));
  }
  const failed = (error: Error) =>
    plain(503, `The CloudFront function ${name} failed: ${error.message}`);

  return {
    name,
    request: (request, distribution) =>
      run(eventOf(request, distribution, "viewer-request"))
        .then((result) => readRequest(result, request))
        .catch(failed),
    response: (request, response, distribution) =>
      run({
        ...eventOf(request, distribution, "viewer-response"),
        response: viewerResponse(response),
      })
        .then((result) => readResponse(result, response))
        .catch(failed),
  };
}

const eventOf = (
  request: FrontRequest,
  { id, domainName }: DistributionIdentity,
  eventType: ViewerEvent["context"]["eventType"],
) => ({
  context: {
    distributionDomainName: domainName,
    distributionId: id,
    eventType,
    requestId: randomUUID(),
  },
  viewer: { ip: request.ip },
  request: viewerRequest(request),
});

const hasStatus = (result: unknown): result is ViewerResponse =>
  isObject(result) && "statusCode" in result;

function readResponse(result: unknown, response: FrontResponse): FrontResponse {
  if (hasStatus(result)) return frontResponse(result, response.body);
  return plain(502, "The CloudFront function returned no response.");
}

function readRequest(result: unknown, request: FrontRequest): FrontRequest | FrontResponse {
  if (hasStatus(result)) return frontResponse(result);
  if (!isObject(result) || !isObject(result.headers)) {
    return plain(502, "The CloudFront function returned neither a request nor a response.");
  }
  const changed = changedRequest(request, result as unknown as ViewerRequest);
  const wrong = forbiddenChange(request, changed);
  return wrong ? plain(502, `The CloudFront function may not set the header ${wrong}.`) : changed;
}

function forbiddenChange(before: FrontRequest, after: FrontRequest): string | undefined {
  const changed = (name: string) =>
    before.headers.get(name)?.join() !== after.headers.get(name)?.join();
  const added = [...after.headers.keys()].filter((name) => changed(name) && DISALLOWED.test(name));
  return [...added, ...READ_ONLY.filter(changed)][0];
}
