/** The result of an invocation, as Lambda's Invoke returns it. */
export type InvocationResult =
  | { ok: true; payload: string }
  | {
      ok: false;
      /** `throttled` never ran; `crash`, `timeout` and `init` also end the environment. */
      kind: "function" | "timeout" | "crash" | "init" | "throttled" | "too-large";
      errorType: string;
      errorMessage: string;
    };

export type InvocationFailure = Extract<InvocationResult, { ok: false }>;

export const failure = (
  kind: InvocationFailure["kind"],
  errorType: string,
  errorMessage: string,
): InvocationFailure => ({ ok: false, kind, errorType, errorMessage });

/** Reads what a runtime posts to an `error` route. A body that is not its JSON is kept as text. */
export function reportedFailure(kind: "function" | "init", body: string): InvocationFailure {
  try {
    const { errorType, errorMessage } = JSON.parse(body);
    return failure(kind, String(errorType), String(errorMessage));
  } catch {
    return failure(kind, "Runtime.Unknown", body);
  }
}
