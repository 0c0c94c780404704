import type { StageName } from "../stages.ts";

/** A finding that we have read and accept, for a reason and for a time. */
export interface Acknowledgement {
  /** The finding's full id, as the report prints it: `AwsSolutions-IAM5[Resource::*]`. */
  readonly rule: string;
  /** Paths of the constructs it is accepted on; a path covers everything below it. */
  readonly on: readonly string[];
  /** @default - every stage */
  readonly stages?: readonly StageName[];
  /** Why the finding does no harm here, in words that a stranger accepts. */
  readonly reason: string;
  /** The role that answers for it. */
  readonly owner: "platform" | "security";
  /** The last day on which it holds, YYYY-MM-DD. */
  readonly expires: string;
}
