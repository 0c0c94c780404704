import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "@bulkhead/core/error";
import { createMiddleware } from "hono/factory";

/**
 * Refuses a request that did not come through CloudFront, which adds the secret. Behind it the viewer's
 * address and host in `x-viewer-ip` and `x-forwarded-host` can be trusted.
 */
export const requireOrigin = (secret: () => Promise<string>) =>
  createMiddleware(async (c, next) => {
    const given = c.req.header("x-origin-secret") ?? "";
    if (!same(given, await secret())) {
      throw new Refusal("forbidden", "origin.secret_invalid", "Use the product's public address.");
    }
    await next();
  });

/** Hashed first, so that the time depends on neither content nor length. */
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));
const digest = (text: string) => createHash("sha256").update(text).digest();
