import {
  activeMember,
  getSession,
  listTenants,
  type Role,
  type Tenant,
  type User,
} from "../api/identity.ts";
import type { Click } from "./click.ts";
import { Problem } from "./problem.ts";

/** Who is signed in, where, and as what. */
export type Me = {
  user: User;
  sessionId: string;
  /** The active one; undefined for somebody who has left all of theirs. */
  tenant: Tenant | undefined;
  tenants: Tenant[];
  role: Role | undefined;
};

/** Undefined when nobody is signed in. */
export async function loadMe(click: Click): Promise<Me | undefined> {
  const [found, tenants, member] = await Promise.all([
    getSession(click),
    unlessSignedOut(listTenants(click)),
    unlessSignedOut(activeMember(click)),
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

// Asked together with the session: without one, or without a tenant, these are refused.
async function unlessSignedOut<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof Problem && error.status >= 400 && error.status < 404) return undefined;
    throw error;
  });
}

export const mayManage = (role: Role | undefined): boolean => role === "owner" || role === "admin";

/** The sign-in page that leads back to where we are. */
export function signInHref(): string {
  const here = location.pathname + location.search + location.hash;
  return here === "/" ? "/sign-in/" : `/sign-in/?next=${encodeURIComponent(here)}`;
}

/** Where `?next=` leads: a page of ours, or the overview for anything else. */
export function nextHref(search: string, origin: string): string {
  const next = new URLSearchParams(search).get("next");
  if (!next) return "/";
  const url = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  return url?.origin === origin ? url.pathname + url.search + url.hash : "/";
}
