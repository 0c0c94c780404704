import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type FrontRequest, type FrontResponse, json } from "../http/message.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import { continuedTrace, newTraceRoot } from "../lambda/trace.ts";
import type { Json } from "../shared/json.ts";
import { brokenCode } from "./broken-code.ts";
import { httpAnswer, internalServerError } from "./http-answer.ts";
import { httpEvent } from "./http-event.ts";
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

// Lambda takes six megabytes; the event around the body is part of them.
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
    await target.coming; // somebody has just saved a file, and wants to see what it does
    if (target.problem) return brokenCode(target.definition.label, target.problem, incoming);
    const request = { ...incoming, headers: new Map(incoming.headers) };
    const trace = request.headers.get("x-amzn-trace-id")?.[0] ?? newTraceRoot();
    request.headers.set("x-amzn-trace-id", [trace]).set("host", [domainName]);
    // An HTTP API is reached over HTTPS alone, and says so whatever it is told.
    request.headers.set("x-forwarded-proto", ["https"]).set("x-forwarded-port", ["443"]);
    const requestId = randomUUID();
    const around = { apiId: id, domainName, account, requestId, routeKey: route.key };
    const event = httpEvent(request, { ...around, pathParameters, path }) as unknown as Json;
    if (JSON.stringify(event).length > PAYLOAD_BYTES) {
      return json(413, { message: "Request Entity Too Large" });
    }

    const response = await answer(route.target, event, continuedTrace(trace));
    response.headers.push(["apigw-requestid", requestId]);
    return response;
  }

  return { id, domainName, routes, handle };
}

async function answer(
  { target, timeoutMilliseconds }: Integration,
  event: Json,
  traceId: string,
): Promise<FrontResponse> {
  const patience = new AbortController();
  const outcome = await Promise.race([
    target.invoke(event, { traceId }),
    sleep(timeoutMilliseconds, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
  if (outcome?.ok) return httpAnswer(outcome.payload);
  if (!outcome || outcome.kind === "throttled")
    return json(503, { message: "Service Unavailable" });
  return internalServerError();
}

/** An HTTP API decodes the path, and cuts it at a question mark that this uncovers. */
function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).split("?")[0];
  } catch {
    return undefined;
  }
}
