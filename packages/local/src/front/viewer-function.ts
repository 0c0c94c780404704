import { randomUUID } from "node:crypto";
import vm from "node:vm";
import { isObject } from "../template/json.ts";
import { type FrontRequest, type FrontResponse, plain } from "./message.ts";
import {
  changedRequest,
  type ViewerEvent,
  type ViewerRequest,
  type ViewerResponse,
  viewerRequest,
} from "./viewer-event.ts";

export type ViewerFunction = {
  name: string;
  /** The request to go on with, or a response that ends it here. */
  run(request: FrontRequest, distribution: Distribution): Promise<FrontRequest | FrontResponse>;
};

type Distribution = { id: string; domainName: string };

// CloudFront measures compute and ends a function around a millisecond of it. This limit is a clock's,
// which a busy machine can stop for long: it is here to end a loop, not to hold a function to its budget.
const RUN_MILLISECONDS = 2_000;

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
const DISALLOWED =
  /^(connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;
const READ_ONLY = ["content-length", "host", "transfer-encoding", "via"];

// Made inside: an object of ours would be a way out. On one line, so that line numbers stay theirs.
const PRELUDE = "globalThis.console = { log() {}, error() {} };";

/**
 * A CloudFront Function for `viewer-request`, run in a context that has nothing but the language:
 * what CloudFront's runtime lacks (`fetch`, `require`, timers), it lacks too.
 *
 * @throws SyntaxError for code that does not compile.
 */
export function createViewerFunction(name: string, code: string): ViewerFunction {
  const script = new vm.Script(`${PRELUDE}${code}\n;handler(JSON.parse(event))`, {
    filename: name,
  });

  return {
    name,
    async run(request, { id, domainName }) {
      const event: ViewerEvent = {
        version: "1.0",
        context: {
          distributionDomainName: domainName,
          distributionId: id,
          eventType: "viewer-request",
          requestId: randomUUID(),
        },
        viewer: { ip: request.ip },
        request: viewerRequest(request),
      };
      try {
        const context = vm.createContext(
          { event: JSON.stringify(event) },
          { codeGeneration: { strings: false, wasm: false } },
        );
        const result: unknown = await script.runInContext(context, { timeout: RUN_MILLISECONDS });
        return read(JSON.parse(JSON.stringify(result ?? null)), request);
      } catch (error) {
        return plain(503, `The CloudFront function ${name} failed: ${(error as Error).message}`);
      }
    },
  };
}

function read(result: unknown, request: FrontRequest): FrontRequest | FrontResponse {
  if (isObject(result) && "statusCode" in result) return response(result as ViewerResponse);
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

function response({ statusCode, headers, cookies, body }: ViewerResponse): FrontResponse {
  const text = typeof body === "object" ? body : { data: body ?? "" };
  return {
    status: statusCode,
    headers: [
      ...Object.entries(headers ?? {}).map(([name, { value }]): [string, string] => [name, value]),
      ...Object.entries(cookies ?? {}).map(([name, { value, attributes }]): [string, string] => [
        "set-cookie",
        [`${name}=${value}`, attributes].filter(Boolean).join("; "),
      ]),
    ],
    body: Buffer.from(text.data, text.encoding === "base64" ? "base64" : "utf8"),
  };
}
