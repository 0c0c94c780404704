/** What an operator can do something about: told as it is, without a stack. Anything else is a bug. */
export class Fault extends Error {
  override name = "Fault";
}

/** There was no time for the rest. The same command goes on from here. */
export class Unfinished extends Error {
  override name = "Unfinished";
}

/** A copy is not what it was copied from. Whoever knows what that means by then says what to do. */
export class Difference extends Fault {
  override name = "Difference";
}

/** What to do about a difference, told with it. Any other error stays what it is. */
export const advised = (error: unknown, advice: string): unknown =>
  error instanceof Difference ? new Fault(`${error.message} ${advice}`, { cause: error }) : error;
