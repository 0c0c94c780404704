import type { Mail } from "@bulkhead/core/ports";
import type { BetterAuthOptions } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { organization } from "better-auth/plugins/organization";
import { drizzle } from "drizzle-orm/node-postgres";
import type { Pool } from "pg";
import { v7 as newId } from "uuid";
import type { z } from "zod";
import { auditIdentity, withIdentity } from "./audit-identity.ts";
import { recordDatabaseErrors, withDatabaseErrors } from "./database-errors.ts";
import { foreignIds } from "./foreign-ids.ts";
import { identityTelemetry } from "./identity-telemetry.ts";
import { log } from "./log.ts";
import { createMails } from "./mails.ts";
import { memberList } from "./member-list.ts";
import { joins, organizationModels, tables } from "./models.ts";
import { opaqueSessions } from "./opaque-sessions.ts";
import { createRateLimits } from "./rate-limits.ts";
import { hashSessionTokens } from "./session-tokens.ts";
import { tenantGuard } from "./tenant-guard.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export type AuthOptions = {
  /** Connected as `bulkhead_auth`. */
  pool: Pool;
  /** Signs cookies and verification links; at least 32 characters. */
  secret: string;
  /** The only origin that is served and trusted, without a path. */
  publicUrl: string;
  mail: Mail;
};

export type Auth = {
  /**
   * Answers a request to `/api/auth/*`. The audit trail records its changes with `requestId`. Rejects with a
   * Refusal or the database's error.
   */
  handler(request: Request, requestId: string): Promise<Response>;
  /** Everything that is served there, as Better Auth and its plugins declare it. */
  endpoints: readonly Endpoint[];
};

/** A path below `/api/auth`, and what it takes. What has no path is not served. */
export type Endpoint = {
  path?: string;
  options: { method: string | string[]; body?: z.ZodType; query?: z.ZodType };
};

/** Better Auth, configured once: users, their sessions, and the tenants that they are members of. */
export function createAuth({ pool, secret, publicUrl, mail }: AuthOptions): Auth {
  const mails = createMails(mail, publicUrl);
  const adapter = drizzleAdapter(drizzle(pool, { schema: { ...tables, ...joins } }), {
    provider: "pg",
    schema: tables,
    usePlural: true,
    transaction: true,
  });

  // Filled at the end, once the endpoints are made.
  const paths: string[] = [];

  const auth = betterAuth({
    secret,
    baseURL: publicUrl,
    basePath: "/api/auth",
    trustedOrigins: [publicUrl],
    database: (options: BetterAuthOptions) =>
      hashSessionTokens(recordDatabaseErrors(adapter(options))),
    telemetry: { enabled: false },
    // An HTML page that repeats a parameter of the caller's.
    disabledPaths: ["/error"],
    // An error that is not an answer is thrown to the caller of the handler, and not printed.
    onAPIError: { throw: true },
    logger: { level: "warn", log },

    verification: { storeIdentifier: "hashed" },
    session: {
      expiresIn: 7 * DAY_SECONDS,
      updateAge: DAY_SECONDS,
      // A cached session outlives its revocation, and its tenant is an old one.
      cookieCache: { enabled: false },
      // A session of any age may list and revoke sessions; more sensitive actions ask for the password.
      freshAge: 0,
    },
    rateLimit: {
      enabled: true,
      customStorage: createRateLimits(pool, paths),
    },
    advanced: {
      cookiePrefix: "bulkhead",
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      // Explicit, because Better Auth switches both off under test runners.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: ["x-viewer-ip"] },
      // Ordered by time, like the columns' defaults. One function for rows and for answers without a row: an
      // address that signs up twice gets an id of the same kind, which does not reveal that it has an account.
      // With joins off, Better Auth asks once more for each joined row, and writes what fails of that to the console.
      database: { generateId: () => newId(), validateSchema: false, joins: true },
    },

    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      autoSignIn: false,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      resetPasswordTokenExpiresIn: HOUR_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }) => mails.reset(user.email, token),
      onExistingUserSignUp: ({ user }) => mails.alreadySignedUp(user.email),
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      expiresIn: DAY_SECONDS,
      sendVerificationEmail: ({ user, token }) => mails.verification(user.email, token),
    },

    plugins: [
      organization({
        schema: organizationModels,
        organizationLimit: 50,
        // Deleting a tenant takes an export first, so it is an operator's command.
        disableOrganizationDeletion: true,
        requireEmailVerificationOnInvitation: true,
        sendInvitationEmail: ({ id, email, organization: tenant, inviter }) =>
          mails.invitation(email, { id, tenant: tenant.name, inviter: inviter.user.email }),
      }),
      auditIdentity,
      tenantGuard,
      foreignIds,
      memberList,
      opaqueSessions,
      identityTelemetry,
    ],
  });

  paths.push(...Object.values(auth.api).flatMap(({ path }) => path ?? []));

  return {
    handler: (request, requestId) =>
      withIdentity(requestId, () => withDatabaseErrors(() => auth.handler(request))),
    endpoints: Object.values(auth.api) as unknown as Endpoint[],
  };
}
