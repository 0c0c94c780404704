/** What an operator can do something about: told as it is, without a stack. Anything else is a bug. */
export class Fault extends Error {
  override name = "Fault";
}
