import { AsyncLocalStorage } from "node:async_hooks";
import { getXRayTraceIdFromEnv } from "@aws-lambda-powertools/commons/utils/env";
import type { Scope } from "../scopes.ts";
import { installed } from "../settings.ts";
import type { Click } from "./click.ts";
import { newTraceId } from "./ids.ts";
import { isSampled } from "./sampling.ts";
import { type Attributes, failureOf, type Kind, newSpan, type Span } from "./span.ts";
import { formatTraceparent, parseTraceparent, type TraceParent } from "./traceparent.ts";
import { isKept, type Work } from "./work.ts";
import { fromXrayId } from "./xray.ts";

type Frame = { work: Work; span: Span };

// Libraries print and query without a context to hand on, and their lines and statements must be
// attributed all the same. Only telemetry reads this: no decision depends on it.
const frames = new AsyncLocalStorage<Frame>();

// A trace of more spans can't be read, and a job may run as many statements as it likes.
const MOST_SPANS = 1_000;

export type WorkOptions = {
  name: string;
  kind: Kind;
  scope: Scope;
  requestId: string;
  /** @default - a new trace, or X-Ray's own where there is one */
  parent?: TraceParent | undefined;
  /** The header, to be handed on. */
  tracestate?: string | undefined;
  /** Seen in a browser: its span is the parent's, and begins the trace. */
  click?: Click | undefined;
  attributes?: Attributes;
};

/**
 * Does `run` as one piece of work, and sees that its spans go out: the caller waits for that no longer
 * than the exporter's bound.
 */
export async function inWork<T>(options: WorkOptions, run: () => Promise<T>): Promise<T> {
  const work = begin(options);
  const frame = { work, span: work.root };
  try {
    return await frames.run(frame, run);
  } catch (error) {
    fail(work, work.root, error);
    throw error;
  } finally {
    end(work, work.root);
    if (options.click && options.parent) endClick(work, options.click);
    if (isKept(work)) for (const make of work.unmade) make();
    await frames.run(frame, () => installed().export?.(work));
  }
}

function begin({
  name,
  kind,
  scope,
  requestId,
  parent,
  tracestate,
  attributes,
}: WorkOptions): Work {
  const xrayId = getXRayTraceIdFromEnv();
  const traceId = parent?.traceId ?? fromXrayId(xrayId) ?? newTraceId();
  const outer = currentFrame()?.work;
  const root = newSpan(name, kind, parent?.spanId, attributes);
  if (parent) root.parentIsRemote = true;
  return {
    traceId,
    sampled: parent?.sampled ?? isSampled(traceId, installed().sampling),
    tracestate: parent && tracestate,
    xrayId,
    requestId,
    scope,
    zero: outer?.zero ?? Date.now() - performance.now(),
    isNested: outer !== undefined,
    root,
    spans: [],
    unmade: [],
    lost: 0,
    failed: false,
  };
}

/** The browser can't send its own span, so it goes out with the request's: from the click to the answer. */
function endClick(work: Work, { label, atMilliseconds }: Click): void {
  const { root } = work;
  // Two clocks, one of whole milliseconds: a request never begins before the click it comes of.
  const begunAt = Math.min(atMilliseconds - work.zero, root.begunAt);
  const span = newSpan(`click ${label}`, "internal", undefined, {}, begunAt);
  span.id = root.parentId ?? span.id;
  span.service = "browser";
  if (root.failure) span.failure = root.failure;
  end(work, span, root.endedAt);
}

/** A step of the current work, as a span below the one it is called in. */
export async function inSpan<T>(
  name: string,
  kind: Kind,
  attributes: Attributes,
  run: () => Promise<T>,
): Promise<T> {
  const frame = frames.getStore();
  if (!frame || !installed().export) return run();
  const { work } = frame;
  const span = newSpan(name, kind, frame.span.id, attributes);
  try {
    return await frames.run({ work, span }, run);
  } catch (error) {
    fail(work, span, error);
    throw error;
  } finally {
    end(work, span);
  }
}

/** The current work and span, for a caller that measures by itself and adds its spans with {@link end}. */
export const currentFrame = (): Frame | undefined => frames.getStore();

export function end(work: Work, span: Span, at = performance.now()): void {
  span.endedAt = at;
  if (!installed().export) return;
  if (work.spans.length < MOST_SPANS || span === work.root) work.spans.push(span);
  else work.lost += 1;
}

/** Puts off making spans of the work, {@link end}ed ones, until it is over: most traces are not kept. */
export function later(work: Work, make: () => void): void {
  if (!installed().export) return;
  if (work.unmade.length < MOST_SPANS) work.unmade.push(make);
  else work.lost += 1;
}

/** A trace with a failure in it is kept, whether or not it was to be. */
export function fail(work: Work, span: Span, error: unknown): void {
  span.failure ??= failureOf(error);
  work.failed = true;
}

/** Runs `run` outside of the current work: an idle connection does not belong to the request that opened it. */
export const outsideWork = <T>(run: () => T): T => frames.exit(run);

/** Sets the tenant, actor and job of the current work, as soon as they are known. */
export function setIdentity(identity: { tenantId?: string; actor?: string; jobId?: string }): void {
  const work = frames.getStore()?.work;
  if (work) Object.assign(work, identity);
}

/** Says more of the current span. `name` takes the place of the name it began with. */
export function annotate(attributes: Attributes, name?: string): void {
  const span = frames.getStore()?.span;
  if (!span) return;
  Object.assign(span.attributes, attributes);
  if (name !== undefined) span.name = name;
}

/** The current span failed, though nothing was thrown. */
export function failed(error: unknown): void {
  const frame = frames.getStore();
  if (frame) fail(frame.work, frame.span, error);
}

/**
 * Makes the current work part of the trace that `traceparent` names, with all that it has done. Its
 * parent until then stays as a link.
 */
export function adopt(traceparent: string | null | undefined): void {
  const frame = frames.getStore();
  const place = parseTraceparent(traceparent);
  if (!frame || !place) return;
  const { work } = frame;
  const { root } = work;
  if (root.parentId === place.spanId && work.traceId === place.traceId) return;
  if (root.parentId)
    root.link = { traceId: work.traceId, spanId: root.parentId, sampled: work.sampled };
  Object.assign(work, { traceId: place.traceId, sampled: place.sampled });
  Object.assign(root, { parentId: place.spanId, parentIsRemote: true });
}

/** Where the trace stands now, to be handed on. Undefined outside of any work. */
export function currentTraceparent(): string | undefined {
  const frame = frames.getStore();
  if (!frame) return undefined;
  const { traceId, sampled } = frame.work;
  return formatTraceparent({ traceId, spanId: frame.span.id, sampled });
}

/** The trace's id, as answers name it. Undefined outside of any work. */
export const currentTraceId = (): string | undefined => frames.getStore()?.work.traceId;

export type Labels = {
  tenantId?: string;
  scope?: Scope;
  requestId?: string;
  traceId?: string;
  spanId?: string;
  jobId?: string;
};

/** What every line and every metric is marked with. */
export function labels(): Labels {
  const frame = frames.getStore();
  if (!frame) return { scope: "process" };
  const { tenantId, scope, requestId, traceId, jobId } = frame.work;
  return {
    ...(tenantId ? { tenantId } : { scope }),
    requestId,
    traceId,
    spanId: frame.span.id,
    ...(jobId && { jobId }),
  };
}
