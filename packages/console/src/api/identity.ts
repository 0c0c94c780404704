import type { Click } from "../lib/click.ts";
import { asProblem } from "../lib/problem.ts";
import { send } from "../lib/send.ts";
import { identityProblem } from "./identity-problem.ts";

// The endpoints of Better Auth under /api/auth that the pages need. Its organization is a tenant.

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
/** An invitation as its recipient sees it. */
export type ReceivedInvitation = Invitation & {
  organizationId: string;
  organizationName: string;
};

async function call<T>(click: Click, path: string, body?: object): Promise<T> {
  const url = new URL(`/api/auth${path}`, location.origin);
  const request = body
    ? new Request(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    : new Request(url);
  const response = await send(request, click).catch((error: unknown) => {
    throw identityProblem(asProblem(error));
  });
  return (await response.json()) as T;
}

const query = (fields: Record<string, string>) => `?${new URLSearchParams(fields)}`;

export const signUp = (click: Click, user: { name: string; email: string; password: string }) =>
  call(click, "/sign-up/email", user);
export const signIn = (
  click: Click,
  credentials: { email: string; password: string; rememberMe: boolean },
) => call(click, "/sign-in/email", credentials);
export const signOut = (click: Click) => call(click, "/sign-out", {});

export const verifyEmail = (click: Click, token: string) =>
  call(click, `/verify-email${query({ token })}`);
export const sendVerification = (click: Click, email: string) =>
  call(click, "/send-verification-email", { email });
export const requestReset = (click: Click, email: string) =>
  call(click, "/request-password-reset", { email });
export const resetPassword = (click: Click, change: { token: string; newPassword: string }) =>
  call(click, "/reset-password", change);

export const getSession = (click: Click) =>
  call<{ session: Session; user: User } | null>(click, "/get-session");
export const listSessions = (click: Click) => call<Session[]>(click, "/list-sessions");
export const revokeSession = (click: Click, id: string) =>
  call(click, "/revoke-session", { token: id });
export const revokeOtherSessions = (click: Click) => call(click, "/revoke-other-sessions", {});
export const renameUser = (click: Click, name: string) => call(click, "/update-user", { name });
export const changePassword = (
  click: Click,
  change: { currentPassword: string; newPassword: string },
) => call(click, "/change-password", change);

export const listTenants = (click: Click) => call<Tenant[]>(click, "/organization/list");
export const createTenant = (click: Click, tenant: { name: string; slug: string }) =>
  call<Tenant>(click, "/organization/create", tenant);
export const renameTenant = (click: Click, organizationId: string, name: string) =>
  call<Tenant>(click, "/organization/update", { organizationId, data: { name } });
export const switchTenant = (click: Click, organizationId: string) =>
  call<Tenant>(click, "/organization/set-active", { organizationId });
export const leaveTenant = (click: Click, organizationId: string) =>
  call(click, "/organization/leave", { organizationId });

export const activeMember = (click: Click) =>
  call<Member>(click, "/organization/get-active-member");
/** Members of the active tenant, at most 100 per request. */
export const listMembers = (click: Click, offset = 0) =>
  call<{ members: Member[]; total: number }>(
    click,
    `/organization/list-members${query({ limit: "100", offset: String(offset) })}`,
  );
export const setRole = (click: Click, memberId: string, role: Role) =>
  call(click, "/organization/update-member-role", { memberId, role });
export const removeMember = (click: Click, memberId: string) =>
  call(click, "/organization/remove-member", { memberIdOrEmail: memberId });

export const listInvitations = (click: Click) =>
  call<Invitation[]>(click, "/organization/list-invitations");
export const invite = (click: Click, invitation: { email: string; role: Role }) =>
  call<Invitation>(click, "/organization/invite-member", { ...invitation, resend: true });
export const cancelInvitation = (click: Click, invitationId: string) =>
  call(click, "/organization/cancel-invitation", { invitationId });
export const findInvitation = (click: Click, id: string) =>
  call<ReceivedInvitation & { inviterEmail: string }>(
    click,
    `/organization/get-invitation${query({ id })}`,
  );
export const receivedInvitations = (click: Click) =>
  call<ReceivedInvitation[]>(click, "/organization/list-user-invitations");
export const acceptInvitation = (click: Click, invitationId: string) =>
  call(click, "/organization/accept-invitation", { invitationId });
export const rejectInvitation = (click: Click, invitationId: string) =>
  call(click, "/organization/reject-invitation", { invitationId });
