import { Refusal } from "@bulkhead/core/error";
import type { ApiContext } from "./env.ts";

/**
 * A browser sends its cookies along with whatever a foreign page makes it send. So a change that rests
 * on a cookie must come from our own pages: browsers say so in `Origin`, or in `Sec-Fetch-Site`, and
 * pages can forge neither.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @throws Refusal `origin.foreign`
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
    "origin.foreign",
    "With a session's cookie this can be asked for from the product's own pages only. Use an API key elsewhere.",
  );
}
