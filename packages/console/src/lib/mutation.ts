import type { Click } from "./click.ts";

/** A mutation's click, and the Idempotency-Key that all of its retries share. */
export type Mutation = { click: Click; idempotencyKey: string };
