import { queueAfterTransactionHook } from "@better-auth/core/context";
import type { Mail } from "@bulkhead/core/ports";
import { count, logger } from "@bulkhead/telemetry";

/**
 * The letters that identity writes. No name goes into one that a stranger can cause: whoever signs up
 * with your address would write into your inbox.
 *
 * A letter leaves after the transaction it belongs to. One that cannot be sent is logged and counted,
 * not reported: an error for addresses that exist would tell which do.
 */
export function createMails(mail: Mail, publicUrl: string) {
  const send = (kind: string, to: string, subject: string, lines: string[]) =>
    queueAfterTransactionHook(async () => {
      try {
        await mail.send(to, subject, lines.join("\n\n"));
      } catch (error) {
        count("MailFailed");
        logger.error("a mail could not be sent", { mail: kind, error });
      }
    });

  return {
    verification: (to: string, token: string) =>
      send("verification", to, "Confirm your address", [
        "Please confirm that this is your address:",
        // A page that asks for a click. Mail scanners open links: one that confirmed by being opened
        // would give a stranger an account with the address of whoever's scanner it is.
        `${publicUrl}/verify-email/#token=${token}`,
        "The link is good for one day. If you did not sign up, do nothing.",
      ]),

    reset: (to: string, token: string) =>
      send("reset", to, "Choose a new password", [
        "Choose a new password here:",
        // Behind the #, where no log of a server between us sees it.
        `${publicUrl}/reset-password/#token=${token}`,
        "The link is good for one hour and for one use. If you did not ask for it, do nothing.",
      ]),

    alreadySignedUp: (to: string) =>
      send("already-signed-up", to, "You already have an account", [
        "Somebody, perhaps you, tried to sign up with this address, which has an account already.",
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
