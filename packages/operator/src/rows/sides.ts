import type { Session } from "../database/session.ts";

/** Where a tenant's rows are copied from, and where to. */
export type Sides = {
  source: Session;
  target: Session;
  tenant: string;
  /** Aborted when the time budget is used up; checked after each batch. Written batches stay, and the next try continues after them. */
  signal?: AbortSignal | undefined;
};
