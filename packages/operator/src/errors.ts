/** A failure that the operator can act on: the message says what to do. Every other error is a bug or an outage. */
export class OperatorError extends Error {
  override name = "OperatorError";
}

/** The time budget is used up. The same command continues from here. */
export class TimeBudgetExceeded extends Error {
  override name = "TimeBudgetExceeded";
}

/** A copy differs from its source. What that means depends on when it is found. */
export class CopyMismatch extends OperatorError {
  override name = "CopyMismatch";
}

/** Adds to a mismatch what to do about it. Any other error stays what it is. */
export const withAdvice = (error: unknown, advice: string): unknown =>
  error instanceof CopyMismatch
    ? new OperatorError(`${error.message} ${advice}`, { cause: error })
    : error;

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
