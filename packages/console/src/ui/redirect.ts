import type { Problem } from "../lib/problem.ts";
import { signInHref } from "../lib/sign-in-href.ts";

/** Opens the sign-in page, which leads back, when a page cannot be read without a session. */
export function redirectIfSignedOut(problem: Problem | undefined): void {
  if (problem?.isSignedOut) location.replace(signInHref());
}
