import { randomInt } from "node:crypto";
import { createAuth, openPool } from "@bulkhead/auth";
import { expect, onTestFinished } from "vitest";
import { createApp } from "../../functions/auth/app.ts";
import { freshDatabase } from "../support/database.ts";
import { quickenPasswords } from "./quick-passwords.ts";

export const PUBLIC_URL = "http://app.example.test";
export const ORIGIN_SECRET = "the-front-door";
export const SECRET = "a-secret-of-more-than-thirty-two-characters";
export const PASSWORD = "correct horse battery";

export type SentMail = { to: string; subject: string; text: string };
export type Product = Awaited<ReturnType<typeof freshAuth>>;

/** The auth function's app over a database of this test's own, with the mails that it sent. */
export async function freshAuth({
  publicUrl = PUBLIC_URL,
  minimumMilliseconds = 0,
  port = 0,
} = {}) {
  quickenPasswords();
  const database = await freshDatabase();
  const url = new URL(database.url("auth"));
  if (port) url.port = String(port);
  const pool = openPool({ connectionString: url.href });
  onTestFinished(() => pool.end());

  const mails: SentMail[] = [];
  const mail = {
    async send(to: string, subject: string, text: string) {
      mails.push({ to, subject, text });
    },
  };
  const auth = createAuth({ pool, secret: SECRET, publicUrl, mail });
  const app = createApp({
    auth: async () => auth,
    originSecret: async () => ORIGIN_SECRET,
    minimumMilliseconds,
  });

  const product = {
    app,
    endpoints: auth.endpoints,
    pool,
    sql: database.sql,
    mails,
    letterTo: (address: string) => mails.findLast(({ to }) => to === address)?.text ?? "",
    browser: () => browser(app, publicUrl),
    /** A user who signed up, confirmed and signed in. */
    async person(name = "ada") {
      const email = `${name}@example.test`;
      const visitor = product.browser();
      await visitor.post("/sign-up/email", { name, email, password: PASSWORD });
      await visitor.confirm(product.letterTo(email));
      const signedIn = await visitor.post("/sign-in/email", { email, password: PASSWORD });
      expect(signedIn.status).toBe(200);
      return Object.assign(visitor, { email });
    },
  };
  return product;
}

/** Keeps cookies, comes from an address of its own, and checks that no body repeats its session's token. */
function browser(app: ReturnType<typeof createApp>, publicUrl: string) {
  const jar = new Map<string, string>();
  const ip = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;

  const token = () => {
    const [, cookie = ""] = [...jar].find(([name]) => name.endsWith(".session_token")) ?? [];
    return /^[\w.]+%?/.test(cookie) ? (cookie.split(".")[0] ?? "") : "";
  };

  async function ask(path: string, init: RequestInit = {}) {
    const headers = new Headers({
      "x-origin-secret": ORIGIN_SECRET,
      "x-viewer-ip": ip,
      origin: publicUrl,
    });
    if (jar.size) headers.set("cookie", [...jar].map(([k, v]) => `${k}=${v}`).join("; "));
    new Headers(init.headers).forEach((value, name) => {
      headers.set(name, value);
    });
    const response = await app.request(`/api/auth${path}`, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0/i.test(cookie)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.clone().text();
    if (token()) expect(text).not.toContain(token());
    return response;
  }

  return {
    ip,
    jar,
    token,
    ask,
    get: (path: string) => ask(path),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      }),
    /** Does what the page behind the link of a confirmation mail does. */
    confirm: (mail: string) =>
      ask(`/verify-email?token=${mail.match(/verify-email\/#token=(\S+)/)?.[1] ?? "no-token"}`),
    async session() {
      const response = await ask("/get-session");
      return (await response.json()) as {
        session: { id: string; token: string; activeOrganizationId: string | null };
        user: { id: string; email: string };
      } | null;
    },
  };
}
