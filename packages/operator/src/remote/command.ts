import { z } from "zod";
import type { Outcome } from "../command/run.ts";

/** The operator function's event: the arguments of `npm run tenant`, and the caller. */
export const Command = z.strictObject({
  args: z.array(z.string().max(1_000)).max(40),
  /** The caller as STS names it. A claim: CloudTrail has the proof, by the invocation's request id. */
  caller: z.string().regex(/^[\w+=,.@/:-]{1,200}$/),
});
export type Command = z.infer<typeof Command>;

/** The operator function's answer: the lines that it printed and logged, and how the command ended. */
export type CommandResult = { lines: string[]; outcome: Outcome };
