import type { Task } from "./define.ts";

/** Tasks by the name that the rows of their jobs hold. */
export type Tasks = ReadonlyMap<string, Task>;

/** @throws Error at start-up for two tasks of one name */
export function taskTable(...all: AnyTask[]): Tasks {
  const table = new Map<string, Task>();
  for (const task of all as Task[]) {
    if (table.has(task.name)) {
      throw new Error(`Duplicate task name "${task.name}": rename one of the two tasks.`);
    }
    table.set(task.name, task);
  }
  return table;
}

// What a task is run with went through its own schema first, so the table may forget the type.
// biome-ignore lint/suspicious/noExplicitAny: a task of some input, which is what a table holds
type AnyTask = Task<any>;
