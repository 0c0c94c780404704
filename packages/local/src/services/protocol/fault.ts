/** An error response of the real service. The SDK shows the code as the error's name. */
export class ServiceFault extends Error {
  override name = "ServiceFault";
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  /** Further fields of the error's body, such as S3's `Resource`. */
  readonly details: Record<string, string>;

  constructor(code: string, status: number, message: string, details: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** A parameter that is missing, out of range, or not implemented: each service has its own error code for it. */
export class InputFault extends Error {
  override name = "InputFault";
  readonly kind: "missing" | "invalid" | "unsupported";
  readonly parameter: string;

  constructor(kind: InputFault["kind"], parameter: string, message: string) {
    super(message);
    this.kind = kind;
    this.parameter = parameter;
  }
}
