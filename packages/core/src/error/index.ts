/** Why the answer is no. Transports translate a kind; they never look into the message. */
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
  /** When asking again makes sense. @default - the caller is told nothing about when */
  readonly retryAfterSeconds?: number;
}

/**
 * A "no" the caller can act on. `code` (`noun.reason`) is a promise to clients and never changes;
 * `message` is for people and says what to do. Anything else that is thrown is a bug.
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
