/** Why a request is refused. Transports translate a kind; they never read the message. */
export type RefusalKind =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "missing"
  | "conflict"
  | "unprocessable"
  | "too_large"
  | "unsupported"
  | "limit"
  | "unavailable";

export interface RefusalOptions extends ErrorOptions {
  /** When a retry makes sense. @default - not sent to the caller */
  readonly retryAfterSeconds?: number;
}

/**
 * A refusal that the caller can act on. `code` (`noun.reason`) is part of the API and never changes;
 * `message` is for people and says what to do. Any other error is a bug.
 */
export class Refusal extends Error {
  override name = "Refusal";
  readonly kind: RefusalKind;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: RefusalKind, code: string, message: string, options?: RefusalOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
