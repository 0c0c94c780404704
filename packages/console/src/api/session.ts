import type { Click } from "../lib/click.ts";
import { Problem } from "../lib/problem.ts";
import {
  activeMember,
  getSession,
  listTenants,
  type Role,
  type Tenant,
  type User,
} from "./identity.ts";

/** The signed-in user, with the active workspace and the role in it. */
export type Me = {
  user: User;
  sessionId: string;
  /** The active one. Undefined for a user without a workspace. */
  tenant: Tenant | undefined;
  tenants: Tenant[];
  role: Role | undefined;
};

/** Undefined without a session. */
export async function loadMe(click: Click): Promise<Me | undefined> {
  const [found, tenants, member] = await Promise.all([
    getSession(click),
    unlessRefused(listTenants(click)),
    unlessRefused(activeMember(click)),
  ]);
  if (!found) return undefined;
  const { session, user } = found;
  return {
    user,
    sessionId: session.id,
    tenants: tenants ?? [],
    tenant: tenants?.find(({ id }) => id === session.activeOrganizationId),
    role: member?.role,
  };
}

// Requested together with the session: without a session or a workspace, the server refuses these.
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof Problem && error.status >= 400 && error.status < 404) return undefined;
    throw error;
  });
}

export const mayManage = (role: Role | undefined): boolean => role === "owner" || role === "admin";
