import { API_KEY } from "@bulkhead/core/api-key";
import { Refusal } from "@bulkhead/core/error";
import type { Ctx } from "@bulkhead/core/verb";
import { getCookie } from "hono/cookie";
import type { ApiContext } from "./env.ts";

type Credential = Ctx["credential"];

/**
 * The credential of the request: an API key in `Authorization: Bearer`, else the session's cookie. Only its
 * form is checked here; the database decides what it opens.
 *
 * @throws Refusal `credential.missing`, `credential.malformed`
 */
export function credentialOf(c: ApiContext, publicUrl: string): Credential {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) return apiKeyIn(authorization);

  const cookie = getCookie(c, sessionCookie(publicUrl));
  if (cookie !== undefined) return sessionIn(cookie);

  throw new Refusal(
    "unauthenticated",
    "credential.missing",
    "Send an API key as `Authorization: Bearer bh_…`, or sign in.",
  );
}

/** The name that Better Auth gives it. The prefix, over HTTPS only, keeps a sibling host from setting it. */
export const sessionCookie = (publicUrl: string): string =>
  publicUrl.startsWith("https:") ? "__Secure-bulkhead.session_token" : "bulkhead.session_token";

function apiKeyIn(authorization: string): Credential {
  const [, token = ""] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!API_KEY.test(token)) throw malformed("`Authorization` must be `Bearer` and an API key.");
  return { kind: "api_key", token };
}

/** The cookie is `<token>.<signature>`. The token alone is the secret: the signature is for Better Auth. */
function sessionIn(cookie: string): Credential {
  const token = cookie.slice(0, Math.max(0, cookie.lastIndexOf(".")));
  if (!/^[\w-]{1,256}$/.test(token))
    throw malformed("The session's cookie is malformed. Sign in again.");
  return { kind: "session", token };
}

const malformed = (detail: string) =>
  new Refusal("unauthenticated", "credential.malformed", detail);
