import { Refusal } from "../error/index.ts";

/**
 * Thrown by a handler when trying again could not help: the job fails for good, and its tenant reads
 * why. `code` (`noun.reason`) is a promise to clients, `message` is for people.
 */
export class PermanentFailure extends Error {
  override name = "PermanentFailure";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a job's `error` holds. */
export type ShownFailure = { code: string; message: string };

/** For everything that is a bug, or trouble of ours: what really happened is for the log. */
const INTERNAL: ShownFailure = {
  code: "internal",
  message: "The job failed on our side. Quote its id when you tell us.",
};

/** For the dead-letter queue: an attempt that ended without a word was killed or timed out. */
export const NEVER_FINISHED: ShownFailure = {
  code: "job.never_finished",
  message:
    "The job was tried several times and never came to an end. Quote its id when you tell us.",
};

/** What the job's tenant may read of an error: those meant for people as they are, others not at all. */
export function shown(error: unknown): ShownFailure {
  if (!(error instanceof Refusal) && !(error instanceof PermanentFailure)) return INTERNAL;
  return { code: error.code, message: error.message };
}
