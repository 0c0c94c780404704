import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "@bulkhead/core/error";
import { createMiddleware } from "hono/factory";

/**
 * Lets nothing in that did not come through our own front door, which adds the secret. Behind it the
 * viewer's address and host in `x-viewer-ip` and `x-forwarded-host` can be believed.
 */
export const requireOrigin = (secret: () => Promise<string>) =>
  createMiddleware(async (c, next) => {
    const given = c.req.header("x-origin-secret") ?? "";
    if (!same(given, await secret())) {
      throw new Refusal("forbidden", "origin.unknown", "Use the product's public address.");
    }
    await next();
  });

/** Hashed first, so that neither content nor length shows in the time it takes. */
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));
const digest = (text: string) => createHash("sha256").update(text).digest();
