import { armSweep, sendTokens } from "@bulkhead/core/job";
import { exportSigner } from "@bulkhead/core/object";
import type { Ctx } from "@bulkhead/core/verb";
import { currentTraceparent, inSpan } from "@bulkhead/telemetry";
import { credentialOf } from "./credential.ts";
import type { ApiContext, Deps } from "./env.ts";
import { idempotencyOf } from "./idempotency.ts";
import { fieldsIn, mergeFields, queryOf, refuseQuery } from "./input.ts";
import type { MutationRoute, ReadRoute, Route } from "./route.ts";
import { requireSameOrigin } from "./same-origin.ts";

const DEADLINE_MILLISECONDS = 25_000;

const SEND = { "messaging.system": "aws_sqs", "messaging.operation.type": "send" } as const;

/** The handler of a route: the caller, the input, the verb, the answer. */
export function serve(route: Route, deps: Deps): (c: ApiContext) => Response | Promise<Response> {
  if (route.kind === "open") return (c) => route.handle(c, deps);
  if (route.kind === "read") return (c) => serveRead(c, route, deps);
  return (c) => serveMutation(c, route, deps);
}

async function serveRead(c: ApiContext, route: ReadRoute, deps: Deps): Promise<Response> {
  const ctx = ctxOf(c, deps);
  const { body, opened } = await route.verb(ctx, mergeFields(c.req.param(), queryOf(c)));
  if (!route.present) return answer(c, 200, body);
  return answer(c, 200, await route.present(body, exportSigner(deps.objects, opened.tenantId)));
}

async function serveMutation(c: ApiContext, route: MutationRoute, deps: Deps): Promise<Response> {
  const ctx = ctxOf(c, deps);
  if (ctx.credential.kind === "session") requireSameOrigin(c, deps.publicUrl);
  const body = new Uint8Array(await c.req.arrayBuffer());
  const idempotency = idempotencyOf(c, body);
  refuseQuery(c);
  const input = mergeFields(c.req.param(), fieldsIn(c, body));

  const { verb } = route;
  const write = { ...ctx, idempotency };
  const done = verb.enqueuesJobs
    ? await inSpan(`send ${verb.action}`, "producer", SEND, async () => {
        await armSweep(deps.queue);
        const answered = await verb({ ...write, trace: currentTraceparent() }, input);
        await sendTokens(deps.queue, answered.tokens, c.get("log"));
        return answered;
      })
    : await verb(write, input);
  if (done.replayed) c.header("idempotency-replayed", "true");
  return done.status === 204 ? c.body(null, 204) : answer(c, done.status, done.body);
}

function ctxOf(c: ApiContext, deps: Deps): Ctx {
  const { databases, publicUrl, deadlineMilliseconds = DEADLINE_MILLISECONDS } = deps;
  return {
    databases,
    credential: credentialOf(c, publicUrl),
    requestId: c.get("requestId"),
    signal: AbortSignal.timeout(deadlineMilliseconds),
  };
}

const answer = (c: ApiContext, status: number, json: string) =>
  c.body(json, status as 200, { "content-type": "application/json" });
