import { Refusal } from "../error/index.ts";

/**
 * Thrown by a handler when another attempt could not help: the job fails at once, and its tenant reads
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

/** For every bug and every fault of the service: its details are in the log. */
const INTERNAL: ShownFailure = {
  code: "internal",
  message: "The job failed because of an internal error. Contact support with its id.",
};

/** For the dead-letter queue: an attempt that recorded no error was killed or timed out. */
export const ATTEMPTS_EXHAUSTED: ShownFailure = {
  code: "job.attempts_exhausted",
  message: "No attempt of the job came to an end. Contact support with its id.",
};

/** What the job's tenant may read of an error: a refusal or permanent failure as it is, of others nothing. */
export function shown(error: unknown): ShownFailure {
  if (!(error instanceof Refusal) && !(error instanceof PermanentFailure)) return INTERNAL;
  return { code: error.code, message: error.message };
}
