import type { Click } from "../lib/click.ts";
import { send } from "../lib/send.ts";

// Better Auth's endpoints under /api/auth, as far as the pages need them. An organization is a tenant.

export type User = { id: string; name: string; email: string };
export type Session = {
  id: string;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  activeOrganizationId: string | null;
};
export type Tenant = { id: string; name: string; slug: string; createdAt: string };
export type Role = "owner" | "admin" | "member";
export type Member = { id: string; userId: string; role: Role; createdAt: string; user: User };
export type Invitation = {
  id: string;
  email: string;
  role: Role;
  status: "pending" | "accepted" | "rejected" | "canceled";
  expiresAt: string;
  createdAt: string;
};
/** What the invited person is shown. */
export type ReceivedInvitation = Invitation & {
  organizationId: string;
  organizationName: string;
};

async function ask<T>(click: Click, path: string, body?: object): Promise<T> {
  const url = new URL(`/api/auth${path}`, location.origin);
  const request = body
    ? new Request(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    : new Request(url);
  const answer = await send(request, click);
  return (await answer.json()) as T;
}

const query = (fields: Record<string, string>) => `?${new URLSearchParams(fields)}`;

export const signUp = (click: Click, person: { name: string; email: string; password: string }) =>
  ask(click, "/sign-up/email", person);
export const signIn = (
  click: Click,
  credentials: { email: string; password: string; rememberMe: boolean },
) => ask(click, "/sign-in/email", credentials);
export const signOut = (click: Click) => ask(click, "/sign-out", {});

export const verifyEmail = (click: Click, token: string) =>
  ask(click, `/verify-email${query({ token })}`);
export const sendVerification = (click: Click, email: string) =>
  ask(click, "/send-verification-email", { email });
export const requestReset = (click: Click, email: string) =>
  ask(click, "/request-password-reset", { email });
export const resetPassword = (click: Click, change: { token: string; newPassword: string }) =>
  ask(click, "/reset-password", change);

export const getSession = (click: Click) =>
  ask<{ session: Session; user: User } | null>(click, "/get-session");
export const listSessions = (click: Click) => ask<Session[]>(click, "/list-sessions");
export const revokeSession = (click: Click, id: string) =>
  ask(click, "/revoke-session", { token: id });
export const revokeOtherSessions = (click: Click) => ask(click, "/revoke-other-sessions", {});
export const renameUser = (click: Click, name: string) => ask(click, "/update-user", { name });
export const changePassword = (
  click: Click,
  change: { currentPassword: string; newPassword: string },
) => ask(click, "/change-password", change);

export const listTenants = (click: Click) => ask<Tenant[]>(click, "/organization/list");
export const createTenant = (click: Click, tenant: { name: string; slug: string }) =>
  ask<Tenant>(click, "/organization/create", tenant);
export const renameTenant = (click: Click, organizationId: string, name: string) =>
  ask<Tenant>(click, "/organization/update", { organizationId, data: { name } });
export const switchTenant = (click: Click, organizationId: string) =>
  ask<Tenant>(click, "/organization/set-active", { organizationId });
export const leaveTenant = (click: Click, organizationId: string) =>
  ask(click, "/organization/leave", { organizationId });

export const activeMember = (click: Click) => ask<Member>(click, "/organization/get-active-member");
/** Of the active tenant, at most 100 at a time. */
export const listMembers = (click: Click, offset = 0) =>
  ask<{ members: Member[]; total: number }>(
    click,
    `/organization/list-members${query({ limit: "100", offset: String(offset) })}`,
  );
export const setRole = (click: Click, memberId: string, role: Role) =>
  ask(click, "/organization/update-member-role", { memberId, role });
export const removeMember = (click: Click, memberId: string) =>
  ask(click, "/organization/remove-member", { memberIdOrEmail: memberId });

export const listInvitations = (click: Click) =>
  ask<Invitation[]>(click, "/organization/list-invitations");
export const invite = (click: Click, invitation: { email: string; role: Role }) =>
  ask<Invitation>(click, "/organization/invite-member", { ...invitation, resend: true });
export const cancelInvitation = (click: Click, invitationId: string) =>
  ask(click, "/organization/cancel-invitation", { invitationId });
export const findInvitation = (click: Click, id: string) =>
  ask<ReceivedInvitation & { inviterEmail: string }>(
    click,
    `/organization/get-invitation${query({ id })}`,
  );
export const receivedInvitations = (click: Click) =>
  ask<ReceivedInvitation[]>(click, "/organization/list-user-invitations");
export const acceptInvitation = (click: Click, invitationId: string) =>
  ask(click, "/organization/accept-invitation", { invitationId });
export const rejectInvitation = (click: Click, invitationId: string) =>
  ask(click, "/organization/reject-invitation", { invitationId });
