import { Refusal } from "@bulkhead/core/error";
import { exportSigner } from "@bulkhead/core/object";
import type { Ctx, WriteCtx } from "@bulkhead/core/verb";
import { currentTraceparent, inSpan } from "@bulkhead/telemetry";
import { credentialOf } from "./credential.ts";
import type { ApiContext, Deps } from "./env.ts";
import { idempotencyOf } from "./idempotency.ts";
import { type Fields, fieldsIn, queryOf, refuseQuery, together } from "./input.ts";
import type { MutationRoute, ReadRoute, Route } from "./route.ts";
import { requireSameOrigin } from "./same-origin.ts";

const DEADLINE_MILLISECONDS = 25_000;

// A sweep takes a token for lost five minutes after it was sent: a minute later it finds all of them.
const SWEEP_AFTER_SECONDS = 360;

/** The handler of a route: who asks, what for, the verb, the answer. */
export const serve =
  (route: Route, deps: Deps) =>
  (c: ApiContext): Response | Promise<Response> => {
    if (route.kind === "open") return route.handle(c, deps);
    if (route.kind === "read") return serveRead(c, route, deps);
    return serveMutation(c, route, deps);
  };

async function serveRead(c: ApiContext, route: ReadRoute, deps: Deps): Promise<Response> {
  const ctx = ctxOf(c, deps);
  const { body, opened } = await route.verb(ctx, together(c.req.param(), queryOf(c)));
  if (!route.present) return answer(c, 200, body);
  return answer(c, 200, await route.present(body, exportSigner(deps.objects, opened.tenantId)));
}

async function serveMutation(c: ApiContext, route: MutationRoute, deps: Deps): Promise<Response> {
  const ctx = ctxOf(c, deps);
  if (ctx.credential.kind === "session") requireSameOrigin(c, deps.publicUrl);
  const body = new Uint8Array(await c.req.arrayBuffer());
  const idempotency = idempotencyOf(c, body);
  refuseQuery(c);
  const input = together(c.req.param(), fieldsIn(c, body));

  const write = { ...ctx, idempotency };
  const done = route.verb.enqueuesJobs
    ? await owing(c, route, deps, write, input)
    : await route.verb(write, input);
  if (done.replayed) c.header("idempotency-replayed", "true");
  return done.status === 204 ? c.body(null, 204) : answer(c, done.status, done.body);
}

/** With the sweep before it and the tokens after it, and a place in the trace for the jobs to go on from. */
function owing(c: ApiContext, { verb }: MutationRoute, deps: Deps, ctx: WriteCtx, input: Fields) {
  const attributes = {
    "messaging.system": "aws_sqs",
    "messaging.operation.type": "send",
  } as const;
  return inSpan(`send ${verb.action}`, "producer", attributes, async () => {
    await armSweep(deps);
    const done = await verb({ ...ctx, trace: currentTraceparent() }, input);
    await sendTokens(c, deps, done.tokens);
    return done;
  });
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

/** Before the write, so that a process which dies between commit and send leaves a sweep to send. */
async function armSweep({ queue }: Deps): Promise<void> {
  await queue.armSweep(SWEEP_AFTER_SECONDS).catch((cause: unknown) => {
    const detail =
      "Nothing was done, because the queue can't be reached. Try again in a few seconds.";
    throw new Refusal("unavailable", "queue.unavailable", detail, { cause, retryAfterSeconds: 5 });
  });
}

/** After the commit, when there is no way back: what can't be sent now the sweep will send. */
async function sendTokens(
  c: ApiContext,
  { queue }: Deps,
  tokens: Parameters<Deps["queue"]["send"]>[0],
): Promise<void> {
  if (tokens.length === 0) return;
  await queue.send(tokens).catch((error: unknown) => {
    c.get("log").warn("job tokens were not sent, a sweep will send them", { error });
  });
}

const answer = (c: ApiContext, status: number, json: string) =>
  c.body(json, status as 200, { "content-type": "application/json" });
