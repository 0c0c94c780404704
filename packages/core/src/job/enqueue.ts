import { type AdmittedJob, type BoundStatement, enqueue } from "@bulkhead/db";
import { v7 as newId } from "uuid";
import type { Task } from "./define.ts";

export type EnqueueOptions = {
  /** Given by a verb whose answer names the job. @default - a new one */
  id?: string;
  /** @default - as soon as a slot is free */
  runAt?: Date;
  /** The highest goes first among the queued jobs of one tenant. -32768 to 32767. @default 0 */
  priority?: number;
};

/**
 * A job of this task, as one of a mutation's `jobs`: it will run if, and only if, that transaction commits.
 *
 * @throws z.ZodError for input that the task would refuse: a bug of the verb that enqueues it
 */
export function enqueueJob<Input>(
  task: Task<Input>,
  input: Input,
  options: EnqueueOptions = {},
): BoundStatement<AdmittedJob> {
  const { id = newId(), runAt = null, priority = null } = options;
  return enqueue(id, task.name, JSON.stringify(task.input.parse(input)), runAt, priority);
}
