import type { Databases, Token } from "@bulkhead/db";
import type { Objects } from "../ports/index.ts";
import type { Tasks } from "./tasks.ts";

/** What a worker works with. */
export type WorkerDeps = {
  databases: Databases;
  objects: Pick<Objects, "put" | "putStream">;
  tasks: Tasks;
};

/** A token as it was received. */
export type Delivery = Token & {
  /** How often it was received, this time included. */
  tries: number;
  requestId: string;
  /** Called with the job as soon as this worker holds its lease. */
  onLease?(job: { task: string; attempt: number; trace: string | null }): void;
  /** When the process stops, in milliseconds since the epoch. @default - after the lease */
  stopsAt?: number;
};
