import { z } from "zod";
import type { Outcome } from "../command/run.ts";

/** What the operator function is asked: the words of `npm run tenant`, and who says them. */
export const Order = z.strictObject({
  words: z.array(z.string().max(1_000)).max(40),
  /** The caller as STS names it. Claimed: what is proven is in CloudTrail, by the call's request id. */
  by: z.string().regex(/^[\w+=,.@/:-]{1,200}$/),
});
export type Order = z.infer<typeof Order>;

export type Answer = { said: string[]; outcome: Outcome };
