import { queueAfterTransactionHook } from "@better-auth/core/context";
import type { Mail } from "@bulkhead/core/ports";
import { count, logger } from "@bulkhead/telemetry";

/**
 * The mails of identity. None that a stranger can cause contains a name: a stranger who signs up with your
 * address could write into your inbox.
 *
 * A mail is sent after the transaction it belongs to. One that cannot be sent is logged and counted, not
 * reported: an error for addresses that exist would reveal which do.
 */
export function createMails(mail: Mail, publicUrl: string) {
  const send = (kind: string, to: string, subject: string, lines: string[]) =>
    queueAfterTransactionHook(async () => {
      try {
        await mail.send(to, subject, lines.join("\n\n"));
      } catch (error) {
        count("MailFailed");
        logger.error("mail failed", { mail: kind, error });
      }
    });

  return {
    verification: (to: string, token: string) =>
      send("verification", to, "Confirm your address", [
        "Please confirm that this is your address:",
        // A page that asks for a click. Mail scanners open links: one that confirmed by being opened
        // would confirm a stranger's account with the address of its mailbox.
        `${publicUrl}/verify-email/#token=${token}`,
        "The link is good for one day. If you did not sign up, do nothing.",
      ]),

    reset: (to: string, token: string) =>
      send("reset", to, "Choose a new password", [
        "Choose a new password here:",
        // Behind the #, which a browser sends to no server: no access log holds it.
        `${publicUrl}/reset-password/#token=${token}`,
        "The link is good for one hour and for one use. If you did not ask for it, do nothing.",
      ]),

    alreadySignedUp: (to: string) =>
      send("already-signed-up", to, "You already have an account", [
        "There was an attempt to sign up with this address, which has an account already.",
        `Sign in, or choose a new password if you do not know it: ${publicUrl}/sign-in/`,
        "If it was not you, do nothing.",
      ]),

    invitation: (to: string, invitation: { id: string; tenant: string; inviter: string }) =>
      send("invitation", to, "You are invited", [
        `${invitation.inviter} invites you to join ${invitation.tenant.slice(0, 80)}.`,
        `${publicUrl}/invitation/#id=${invitation.id}`,
        "The invitation is good for two days.",
      ]),
  };
}
