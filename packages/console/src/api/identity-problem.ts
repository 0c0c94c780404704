import { Problem } from "../lib/problem.ts";

const NEEDS_OWNER = "A workspace needs an owner. Make another member an owner first.";
const NOT_A_MEMBER = "You are not a member of this workspace.";
const ACCOUNT_EXISTS = "An account with this email exists. Sign in instead.";
const SIGN_IN_AGAIN = "Sign in again to do this.";

/** Interface copy by Better Auth's code. */
const MESSAGES: Record<string, string> = {
  EMAIL_NOT_VERIFIED: "Confirm your email address first.",
  INVALID_EMAIL: "Enter a valid email address.",
  INVALID_EMAIL_OR_PASSWORD: "Wrong email or password.",
  INVALID_PASSWORD: "Wrong password.",
  INVALID_TOKEN: "This link is not valid.",
  INVITATION_LIMIT_REACHED: "Too many open invitations. Cancel one first.",
  INVITATION_NOT_FOUND: "Invitation not found. It was used, cancelled or has expired.",
  MEMBER_NOT_FOUND: "Member not found.",
  NO_ACTIVE_ORGANIZATION: "No active workspace. Switch to one first.",
  ORGANIZATION_MEMBERSHIP_LIMIT_REACHED: "The workspace has reached its member limit.",
  ORGANIZATION_NOT_FOUND: "Workspace not found.",
  ORGANIZATION_SLUG_ALREADY_TAKEN: "The workspace could not be created. Try again.",
  PASSWORD_TOO_LONG: "Use at most 128 characters.",
  PASSWORD_TOO_SHORT: "Use at least 10 characters.",
  SESSION_EXPIRED: SIGN_IN_AGAIN,
  SESSION_NOT_FRESH: SIGN_IN_AGAIN,
  USER_ALREADY_EXISTS: ACCOUNT_EXISTS,
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ACCOUNT_EXISTS,
  USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION: "Already a member of this workspace.",
  USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION: NOT_A_MEMBER,
  VALIDATION_ERROR: "Check your input: a value is not valid.",
  YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION: NOT_A_MEMBER,
  YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION: "This invitation is for another email address.",
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER: NEEDS_OWNER,
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER: NEEDS_OWNER,
  YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS:
    "You have reached the maximum number of workspaces.",
};

const BY_STATUS: Record<number, string> = {
  401: "You are not signed in.",
  403: "Your role does not allow this.",
  404: "Not found.",
  429: "Too many attempts. Try again later.",
};

// Codes that the server gives to an answer of Better Auth's without one. The text is the library's.
const WITHOUT_CODE = new Set(["request.limit", "request.refused"]);

/**
 * A problem of an identity request in the interface's words: Better Auth's own messages are for
 * developers and say "organization". The product's own codes, in lower case, keep their message.
 */
export function identityProblem(problem: Problem): Problem {
  const { status, code, requestId, retryAfterSeconds } = problem;
  if (/^[a-z]/.test(code) && !WITHOUT_CODE.has(code)) return problem;
  const detail = MESSAGES[code] ?? BY_STATUS[status] ?? "The request was refused.";
  return new Problem({ status, code, detail, requestId, retryAfterSeconds });
}
