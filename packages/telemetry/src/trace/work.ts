import { AsyncLocalStorage } from "node:async_hooks";
import { getXRayTraceIdFromEnv } from "@aws-lambda-powertools/commons/utils/env";
import type { Scope } from "../scopes.ts";
import { installed } from "../settings.ts";
import type { Click } from "./click.ts";
import { newTraceId } from "./ids.ts";
import { isSampled } from "./sampling.ts";
import { type Attributes, failureOf, type Kind, newSpan, type Span } from "./span.ts";
import { formatTraceparent, parseTraceparent, type TraceParent } from "./traceparent.ts";
import { fromXrayId } from "./xray.ts";

/**
 * One thing that was asked of this process, from its beginning to its end: a request, a job's delivery,
 * a sweep. Its trace, request and tenant are those of every span, line and metric that comes of it.
 */
export type Work = {
  traceId: string;
  sampled: boolean;
  /** Other vendors' place in the trace, handed on as it came. */
  tracestate: string | undefined;
  /** X-Ray's id of the invocation, `1-…`, which is another one when the trace began in a browser. */
  xrayId: string | undefined;
  requestId: string;
  /** What stands in for the tenant until it is known. */
  scope: Scope;
  tenantId?: string;
  /** `user:…`, `key:…`, `job:…`: an id, never a name. */
  actor?: string;
  jobId?: string;
  /**
   * The time of day at `performance.now()` 0, in milliseconds. Taken anew for each: a frozen process's
   * monotonic clock stands still. Work within other work goes by its clock, because the time of day is
   * told in whole milliseconds, and a part must not seem to outlast the whole.
   */
  zero: number;
  root: Span;
  /** Those that are over. */
  spans: Span[];
  /** What makes more of them, once it is certain that the trace is kept. */
  unmade: (() => void)[];
  /** Spans that there was no room for. */
  lost: number;
  failed: boolean;
};

type Frame = { work: Work; span: Span };

// Libraries print and query without a context of ours to hand on, and what they do must be told apart
// all the same. Nothing but telemetry looks in here: no decision is made by it.
const frames = new AsyncLocalStorage<Frame>();

// A trace of a thousand spans is read by nobody, and a job may run as many statements as it likes.
const MOST_SPANS = 1_000;

export type WorkOptions = {
  name: string;
  kind: Kind;
  scope: Scope;
  requestId: string;
  /** @default - a new trace, or X-Ray's own where there is one */
  parent?: TraceParent | undefined;
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
    await frames.run(frame, () => installed().settle?.(work));
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
  const root = newSpan(name, kind, parent?.spanId, attributes);
  if (parent) root.parentIsRemote = true;
  return {
    traceId,
    sampled: parent?.sampled ?? isSampled(traceId, installed().sampling),
    tracestate: parent && tracestate,
    xrayId,
    requestId,
    scope,
    zero: currentFrame()?.work.zero ?? Date.now() - performance.now(),
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
  if (!frame || !installed().settle) return run();
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

/** The current work and span, for whoever has measured something itself and adds it with {@link end}. */
export const currentFrame = (): Frame | undefined => frames.getStore();

export function end(work: Work, span: Span, at = performance.now()): void {
  span.endedAt = at;
  if (!installed().settle) return;
  if (work.spans.length < MOST_SPANS || span === work.root) work.spans.push(span);
  else work.lost += 1;
}

/** Puts off making spans of the work, {@link end}ed ones, until it is over: most traces are not kept. */
export function later(work: Work, make: () => void): void {
  if (!installed().settle) return;
  if (work.unmade.length < MOST_SPANS) work.unmade.push(make);
  else work.lost += 1;
}

export const isKept = ({ sampled, failed }: Work): boolean => sampled || failed;

/** A trace with a failure in it is kept, whether or not it was to be. */
export function fail(work: Work, span: Span, error: unknown): void {
  span.failure ??= failureOf(error);
  work.failed = true;
}

/** Runs `run` for nobody: what a connection does while it rests is not the request's that opened it. */
export const outsideWork = <T>(run: () => T): T => frames.exit(run);

/** Says whose the current work is, as soon as the database has said so. */
export function known(whose: { tenantId?: string; actor?: string; jobId?: string }): void {
  const work = frames.getStore()?.work;
  if (work) Object.assign(work, whose);
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
 * Makes the current work part of the trace that `traceparent` names, all that it has done included. Who
 * it seemed to come from until then stays as a link.
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

/** What the answer names, for whoever asks us. Undefined outside of any work. */
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
