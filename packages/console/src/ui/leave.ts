import type { Problem } from "../lib/problem.ts";
import { signInHref } from "../lib/session.ts";

/** A page that can't be read without a session leads to the sign-in, and back. */
export function leaveIfSignedOut(problem: Problem): void {
  if (problem.isSignedOut) location.replace(signInHref());
}
