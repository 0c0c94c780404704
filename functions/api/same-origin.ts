import { Refusal } from "@bulkhead/core/error";
import type { ApiContext } from "./env.ts";

/**
 * A browser sends its cookies with requests that a foreign page makes it send. So a mutation with a cookie
 * must come from the product's own pages: browsers name the origin in `Origin` or `Sec-Fetch-Site`, and
 * pages can forge neither.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @throws Refusal `origin.not_allowed`
 */
export function requireSameOrigin(c: ApiContext, publicUrl: string): void {
  const origin = c.req.header("origin");
  const isOurs =
    origin === undefined
      ? c.req.header("sec-fetch-site") === "same-origin"
      : origin === new URL(publicUrl).origin;
  if (isOurs) return;
  throw new Refusal(
    "forbidden",
    "origin.not_allowed",
    "A request with a session's cookie must come from the product's own pages. Use an API key elsewhere.",
  );
}
