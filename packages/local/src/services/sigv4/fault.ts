export type SignatureFaultKind =
  | "missing"
  | "malformed"
  | "unknown-key"
  | "unknown-token"
  | "wrong-scope"
  | "unsigned-header"
  | "skewed"
  | "not-yet-valid"
  | "expired"
  | "mismatch";

/** Why a request's signature is not accepted. Each service has its own code for each kind. */
export class SignatureFault extends Error {
  override name = "SignatureFault";
  readonly kind: SignatureFaultKind;
  /** Whether the signature came in the query (a presigned link) instead of a header. */
  readonly presigned: boolean;

  constructor(kind: SignatureFaultKind, presigned: boolean, message: string) {
    super(message);
    this.kind = kind;
    this.presigned = presigned;
  }
}
