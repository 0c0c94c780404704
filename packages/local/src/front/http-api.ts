import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type FrontRequest, type FrontResponse, json } from "../http/message.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import { continuedTrace, newTraceRoot } from "../lambda/trace.ts";
import type { JsonValue } from "../shared/json.ts";
import { brokenCode } from "./broken-code.ts";
import { httpEvent } from "./http-event.ts";
import { httpResponse, internalServerError } from "./http-response.ts";
import { type ApiRoute, matchRoute } from "./routes.ts";

export type Integration = { target: LambdaFunction; timeoutMilliseconds: number };

export type HttpApi = {
  id: string;
  /** `ID.execute-api.REGION.amazonaws.com` */
  domainName: string;
  routes: ApiRoute<Integration>[];
  handle(request: FrontRequest): Promise<FrontResponse>;
};

export type HttpApiOptions = { id: string; region: string; account: string };

/** Both limit and default: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const INTEGRATION_MILLISECONDS = 30_000;

// Lambda takes six megabytes; the event context the body is part of them.
const PAYLOAD_BYTES = 6 * 1024 * 1024;

export function createHttpApi({ id, region, account }: HttpApiOptions): HttpApi {
  const domainName = `${id}.execute-api.${region}.amazonaws.com`;
  const routes: ApiRoute<Integration>[] = [];

  async function handle(incoming: FrontRequest): Promise<FrontResponse> {
    const path = decodedPath(incoming.path);
    if (path === undefined) return json(400, { message: "Bad Request" });
    const match = matchRoute(routes, incoming.method, path);
    if (!match) return json(404, { message: "Not Found" });

    const { route, pathParameters } = match;
    const { target } = route.target;
    await target.rebundling; // a file was just saved
    if (target.problem) return brokenCode(target.definition.label, target.problem, incoming);
    const request = { ...incoming, headers: new Map(incoming.headers) };
    const trace = request.headers.get("x-amzn-trace-id")?.[0] ?? newTraceRoot();
    request.headers.set("x-amzn-trace-id", [trace]).set("host", [domainName]);
    // An HTTP API is reached over HTTPS only, so it overwrites these headers.
    request.headers.set("x-forwarded-proto", ["https"]).set("x-forwarded-port", ["443"]);
    const requestId = randomUUID();
    const context = { apiId: id, domainName, account, requestId, routeKey: route.key };
    const event = httpEvent(request, { ...context, pathParameters, path }) as unknown as JsonValue;
    if (JSON.stringify(event).length > PAYLOAD_BYTES) {
      return json(413, { message: "Request Entity Too Large" });
    }

    const response = await invoke(route.target, event, continuedTrace(trace));
    response.headers.push(["apigw-requestid", requestId]);
    return response;
  }

  return { id, domainName, routes, handle };
}

async function invoke(
  { target, timeoutMilliseconds }: Integration,
  event: JsonValue,
  traceId: string,
): Promise<FrontResponse> {
  const timeout = new AbortController();
  const result = await Promise.race([
    target.invoke(event, { traceId }),
    sleep(timeoutMilliseconds, undefined, { signal: timeout.signal }).catch(() => undefined),
  ]);
  timeout.abort();
  if (result?.ok) return httpResponse(result.payload);
  if (!result || result.kind === "throttled") return json(503, { message: "Service Unavailable" });
  return internalServerError();
}

/** An HTTP API decodes the path, and cuts it at a decoded question mark. */
function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).split("?")[0];
  } catch {
    return undefined;
  }
}
