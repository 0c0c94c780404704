import { newSpanId } from "./ids.ts";
import type { TraceParent } from "./traceparent.ts";

/**
 * Everything a span may say. A closed list, because nothing on it can hold a secret or name a person:
 * ids, codes, counts, routes as they are written in the code, SQL without its values. The names are
 * OpenTelemetry's where it has one.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/
 */
export type Attributes = Partial<{
  "http.request.method": string;
  /** The pattern, `/v1/projects/:id`, and never the path. */
  "http.route": string;
  "http.response.status_code": number;
  "error.type": string;
  "db.system.name": "postgresql";
  /** The statement with `$1` for its values. */
  "db.query.text": string;
  "db.query.summary": string;
  "db.operation.batch.size": number;
  "db.response.returned_rows": number;
  "db.response.status_code": string;
  "messaging.system": "aws_sqs";
  "messaging.operation.type": "send" | "process" | "receive";
  "messaging.message.id": string;
  "messaging.batch.message_count": number;
  "job.task": string;
  "job.attempt": number;
  "job.outcome": string;
  "bulkhead.migrations": number;
}>;

/** OpenTelemetry's `SpanKind`. */
export type Kind = "internal" | "server" | "client" | "producer" | "consumer";

/**
 * A note of something that took time. Its trace, tenant and request are those of the work it belongs
 * to. It becomes a span of the SDK's when the work is over and its trace is kept.
 */
export type Span = {
  id: string;
  parentId: string | undefined;
  name: string;
  kind: Kind;
  /** Milliseconds by `performance.now()`. */
  begunAt: number;
  endedAt: number;
  attributes: Attributes;
  /** Why it failed, as a code: never a message, which may quote what it was given. */
  failure?: string;
  /** Another process that this was seen by. @default - the process's own */
  service?: "browser";
  /** Whether the parent is in another process. */
  parentIsRemote?: boolean;
  /** The place that sent what this works on, where it is not the parent. */
  link?: TraceParent;
};

export const newSpan = (
  name: string,
  kind: Kind,
  parentId: string | undefined,
  attributes: Attributes = {},
  begunAt = performance.now(),
): Span => ({ id: newSpanId(), parentId, name, kind, begunAt, endedAt: begunAt, attributes });

/** What failed, as a code: our own codes, PostgreSQL's, the system's, else the error's class. */
export function failureOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const text = typeof code === "string" && /^[\w.-]{1,64}$/.test(code) ? code : name;
  return typeof text === "string" ? text.slice(0, 64) : "unknown";
}
