import { Refusal } from "../error/index.ts";
import { exportWriter } from "../object/index.ts";
import { backoffSeconds } from "./backoff.ts";
import type { Effect } from "./define.ts";
import type { Delivery, WorkerDeps } from "./delivery.ts";
import { PermanentFailure, shown } from "./failure.ts";
import { type Lease, takeLease } from "./lease.ts";
import { type Fence, fenceOf, type Outcome } from "./outcome.ts";
import { requeueJob } from "./requeue.ts";

// The handler's share of the lease. The rest is for recording the outcome while the lease holds.
const WORKING_SHARE = 0.9;

/**
 * One delivery of a token, from the lease to the end of the job. Never throws: every error is an outcome,
 * which decides whether the message is deleted or delivered again.
 *
 * A token may be delivered twice, at once or later, and a worker may die or be overtaken at any point:
 * the effect that a handler returns is written once, by the delivery that ends the job.
 */
export async function perform(deps: WorkerDeps, delivery: Delivery): Promise<Outcome> {
  try {
    const lease = await takeLease(deps, delivery);
    const { task } = lease;
    delivery.onLease?.(lease);
    try {
      const effect = await runUnder(lease, deps, delivery);
      return { kind: "done", task, tokens: await lease.complete(effect) };
    } catch (error) {
      if (fenceOf(error)) throw error;
      return await recordFailure(lease, deps, error);
    }
  } catch (error) {
    const fence = fenceOf(error);
    if (fence) return outcomeOf(fence, deps, delivery);
    return { kind: "retry", retrySeconds: backoffSeconds(delivery.tries), error };
  }
}

async function runUnder(
  lease: Lease,
  { tasks, objects }: WorkerDeps,
  { job: id, epoch, stopsAt = lease.endsAt }: Delivery,
): Promise<Effect> {
  const { tenant } = lease;
  const task = tasks.get(lease.task);
  if (!task) throw new Error(`This worker knows no task called ${lease.task}.`);
  const input = task.input.parse(lease.input);

  const remaining = Math.min((lease.endsAt - Date.now()) * WORKING_SHARE, stopsAt - Date.now());
  return within(remaining, (signal) =>
    task.run(input, {
      read: (...statements) => lease.read(signal, statements) as never,
      objects: exportWriter(objects, tenant),
      idempotencyKey: `${tenant}:${id}:${epoch}`,
      job: { tenant, id },
      signal,
    }),
  );
}

/** Waits for `work` no longer than that. A handler that does not listen to its signal is left behind. */
async function within<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new Refusal("unavailable", "job.timed_out", "The job took too long.");
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(late), { once: true });
  });
  const timer = setTimeout(() => controller.abort(late), Math.max(0, milliseconds));
  try {
    return await Promise.race([work(signal), aborted]);
  } catch (error) {
    // An abort is the cause of whatever error the handler throws after it.
    throw signal.aborted ? late : error;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws an error that `fenceOf` reads, or both errors when the first could not be recorded */
async function recordFailure(
  lease: Lease,
  { tasks }: WorkerDeps,
  error: unknown,
): Promise<Outcome> {
  const { task, attempt } = lease;
  try {
    if (error instanceof PermanentFailure) {
      return { kind: "failed", task, tokens: await lease.failJob(shown(error)), error };
    }
    const retrySeconds = backoffSeconds(attempt, tasks.get(task)?.backoff);
    await lease.failAttempt(shown(error), retrySeconds);
    return { kind: "retry", task, retrySeconds, error };
  } catch (cause) {
    if (fenceOf(cause)) throw cause;
    throw new AggregateError(
      [error, cause],
      "The attempt failed, and its failure could not be recorded.",
    );
  }
}

async function outcomeOf(
  fence: Fence,
  { databases }: WorkerDeps,
  delivery: Delivery,
): Promise<Outcome> {
  if (fence.kind !== "suspended") return fence;
  const retrySeconds = backoffSeconds(delivery.tries);
  try {
    if (await requeueJob(databases, delivery)) return { kind: "requeued" };
    const error = new Error("The job's tenant was suspended and is active again.");
    return { kind: "retry", retrySeconds, error };
  } catch (error) {
    return { kind: "retry", retrySeconds, error };
  }
}
