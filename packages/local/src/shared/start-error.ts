/**
 * A reason not to start (or to stop) that a person can act on. Its message is one sentence or two
 * that say what to do; it is printed without a stack.
 */
export class StartError extends Error {
  override name = "StartError";
}
