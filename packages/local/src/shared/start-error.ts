/**
 * A reason not to start, or to stop, that the developer can act on. The message says what is wrong and what
 * to do, and is printed without a stack.
 */
export class StartError extends Error {
  override name = "StartError";
}
