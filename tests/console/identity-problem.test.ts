import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { identityProblem } from "../../packages/console/src/api/identity-problem.ts";
import { Problem } from "../../packages/console/src/lib/problem.ts";

const problem = (code: string, detail: string, status = 400) =>
  new Problem({ status, code, detail, requestId: "r-1", retryAfterSeconds: 5 });

/** Better Auth's messages for its organization endpoints, by code. */
async function libraryMessages(): Promise<[code: string, message: string][]> {
  const auth = createRequire(new URL("../../packages/auth/package.json", import.meta.url));
  const library = await import(pathToFileURL(auth.resolve("better-auth/plugins")).href);
  const codes: Record<string, { message: string }> = library.organization().$ERROR_CODES;
  return Object.entries(codes).map(([code, { message }]) => [code, message]);
}

it("a library message is never shown, and no message says organization or tenant", async () => {
  const messages = await libraryMessages();
  expect(messages.length).toBeGreaterThan(40);
  for (const [code, message] of [...messages, ["NEW_CODE", "Organization is new"] as const]) {
    const shown = identityProblem(problem(code, message)).message;
    expect(shown, code).not.toBe(message);
    expect(shown, code).not.toMatch(/organization|tenant/i);
  }
});

it("an identity problem keeps its code, status, request id and wait", () => {
  expect(identityProblem(problem("INVALID_PASSWORD", "Invalid password"))).toMatchObject({
    status: 400,
    code: "INVALID_PASSWORD",
    message: "Wrong password.",
    requestId: "r-1",
    retryAfterSeconds: 5,
  });
});

it("a problem with a code of the product keeps its message, one without a code depends on the status", () => {
  const own = problem("service.unavailable", "The database is unavailable.", 503);
  expect(identityProblem(own).message).toBe("The database is unavailable.");
  const limit = problem("request.limit", "Too many requests. Please try again later.", 429);
  expect(identityProblem(limit).message).toBe("Too many attempts. Try again later.");
  expect(identityProblem(problem("request.refused", "Unauthorized", 401)).isSignedOut).toBe(true);
});
