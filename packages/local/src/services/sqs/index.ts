import { listen } from "../../shared/listen.ts";
import { ServiceFault } from "../protocol/fault.ts";
import {
  type JsonService,
  jsonHandler,
  jsonSignatureFault,
  type ServiceEnvironment,
} from "../protocol/json-service.ts";
import { targetOf } from "../protocol/target.ts";
import type { State } from "../state/index.ts";
import { sqsErrorOf } from "./faults.ts";
import { createNotifier, type Notifier } from "./notifier.ts";
import { sqsOperations } from "./operations.ts";
import { openQueue } from "./queue.ts";
import { noSuchQueue, type QueueLookup } from "./queue-lookup.ts";
import { completeSpec } from "./spec.ts";
import { openMessageStore } from "./store.ts";
import type { Queue, QueueSpec, QueueStats } from "./types.ts";

export type * from "./types.ts";

/** SQS: standard queues behind AWS JSON 1.0, and in-process for event source mappings. */
export type Sqs = {
  endpoint: string;
  /** Idempotent by name: a queue of an earlier run is opened with its messages and takes the new settings. */
  createQueue(spec: QueueSpec): { url: string; arn: string };
  /** Throws when there is no such queue. */
  queue(arnOrUrl: string): Queue;
  list(): QueueStats[];
  /** Moves the visible dead letters of a queue back to their source queues. Returns their number. */
  redrive(arnOrUrl: string): number;
  close(): Promise<void>;
};

export async function startSqs(
  state: State,
  environment: ServiceEnvironment,
  preferredPort?: number,
): Promise<Sqs> {
  const store = openMessageStore(state);
  const queues = new Map<string, { queue: Queue; notifier: Notifier }>();
  let closed = false;

  const byName = (name: string) => queues.get(name)?.queue;
  const existing = (queue: Queue | undefined) => {
    if (!queue) throw noSuchQueue();
    return queue;
  };
  const lookup: QueueLookup = {
    account: environment.account,
    byName: (name) => existing(byName(name)),
    byUrl: (url) => existing(byName(nameInUrl(url, endpoint, environment.account))),
  };
  const server = await listen(
    jsonHandler(sqsService(lookup, environment), environment),
    preferredPort,
  );
  const { endpoint } = server;

  return {
    endpoint,
    createQueue(given) {
      const spec = completeSpec(given);
      const { name } = spec;
      const deadLetters = queues.get(spec.redrive?.deadLetterQueueArn.split(":").at(-1) ?? "");
      if (spec.redrive && deadLetters?.queue.arn !== spec.redrive.deadLetterQueueArn) {
        throw new Error(`The dead-letter queue of ${name} does not exist: create it first.`);
      }
      const url = `${endpoint}/${environment.account}/${name}`;
      const arn = `arn:aws:sqs:${environment.region}:${environment.account}:${name}`;
      const createdAt = rememberQueue(state, name, environment.now());
      const notifier = queues.get(name)?.notifier ?? createNotifier();
      const target = deadLetters && {
        name: deadLetters.queue.name,
        notifier: deadLetters.notifier,
      };
      const context = {
        ...environment,
        state,
        store,
        notifier,
        deadLetters: target,
        closed: () => closed,
      };
      queues.set(name, {
        notifier,
        queue: openQueue({ name, url, arn, createdAt, spec }, context),
      });
      return { url, arn };
    },
    queue: (arnOrUrl) => existing(byName(arnOrUrl.split(/[:/]/).at(-1) ?? "")),
    redrive(arnOrUrl) {
      const from = existing(byName(arnOrUrl.split(/[:/]/).at(-1) ?? "")).name;
      let moved = 0;
      for (const { queue, notifier } of queues.values()) {
        const back = store.moveBack(from, queue.name, queue.arn, environment.now());
        if (back > 0) notifier.notify();
        moved += back;
      }
      return moved;
    },
    list: () => [...queues.values()].map(({ queue }) => queue.stats()),
    async close() {
      closed = true;
      for (const { notifier } of queues.values()) notifier.notify();
      await server.close();
    },
  };
}

function sqsService(queues: QueueLookup, environment: ServiceEnvironment): JsonService {
  return {
    signingName: "sqs",
    contentType: "application/x-amz-json-1.0",
    // A batch is limited to 1 MiB; JSON escapes may multiply it.
    bodyLimitBytes: 16 * 1024 * 1024,
    operations: sqsOperations(queues, environment.now),
    operationOf: (request) => targetOf(request, "AmazonSQS"),
    unsupported: (message) => new ServiceFault("UnsupportedOperation", 400, message),
    inputFault: ({ kind, message }) =>
      kind === "missing"
        ? new ServiceFault("MissingRequiredParameterException", 400, message)
        : new ServiceFault("InvalidParameterValueException", 400, message),
    signatureFault: (fault) => jsonSignatureFault(fault, 403),
    errorOf: sqsErrorOf,
  };
}

/** The queue's name in its URL. Throws InvalidAddress for a URL of another endpoint. */
function nameInUrl(url: string, endpoint: string, account: string): string {
  const prefix = `${endpoint}/${account}/`;
  if (url.startsWith(prefix)) return url.slice(prefix.length);
  const message = `The address ${url} is not valid for this endpoint: queue URLs start with ${prefix}`;
  throw new ServiceFault("InvalidAddress", 404, message);
}

function rememberQueue({ db }: State, name: string, now: number): number {
  db.prepare("insert into queues values (?, ?) on conflict do nothing").run(name, now);
  return Number(db.prepare("select created_at from queues where name = ?").get(name)?.created_at);
}
