/**
 * What breaks a discipline on purpose, by check and object, and the reason that an auditor is given.
 * One that is not needed any more is itself a fault.
 */
export const EXCEPTIONS: Record<string, Record<string, string>> = {
  "tenant-owned": {
    "auth.users": "A person, who can belong to many tenants. Only the auth function reads it.",
    "auth.tenants": "The tenants themselves. Only the auth function reads it.",
    "auth.sessions":
      "A person's, who chooses the tenant it stands in. Only the auth function reads it.",
    "auth.accounts": "A person's ways to sign in. Only the auth function reads it.",
    "auth.verifications":
      "Belongs to a mail address before it belongs to a user. Only the auth function reads it.",
    "auth.rate_limits":
      "Counts sign-ins by address, before a user is known. Only the auth function reads it.",
    "app.signing_keys": "The key that signs contexts. No runtime role has a right to it.",
    "app.assertion_keys":
      "The keys that home and each dedicated database share. No runtime role has a right to it.",
    "app.home_permissions": "The same for every tenant. No runtime role has a right to it.",
    "app.role_permissions": "The same for every tenant. No runtime role has a right to it.",
    "app.sweeps": "One row, the alarm clock of the sweeper. No runtime role has a right to it.",
  },
  relations: {
    "app.current_tenant":
      "The view that every policy asks. It reads the signing key, which no runtime role may, and shows one id: the tenant that the caller's own context is signed for.",
  },
  keys: {
    "auth.members_pkey": "Better Auth finds a row by id; only the auth function reads it.",
    "auth.invitations_pkey": "Better Auth finds a row by id; only the auth function reads it.",
  },
  references: {
    "auth.members.members_user_id_fkey":
      "Joins a person to a tenant; only the auth function writes it.",
    "auth.invitations.invitations_inviter_id_fkey":
      "Names a person, who spans tenants; only the auth function writes it.",
  },
  audit: {
    "audit.events": "It is the trail.",
    "app.changes":
      "It notes which rows a tenant changes while it moves, by their keys. The changes are audited themselves.",
    "app.idempotency_keys": "What it keeps is the answer to a change that is audited itself.",
    "app.job_slots":
      "The numbers of a tenant's slots, to be locked. They follow its job_limit, whose change is audited.",
  },
  moves: {
    "app.api_keys": "A credential: it is looked up at home, wherever its tenant lives.",
    "app.moves": "Each place keeps its own part of a move.",
    "app.job_slots": "Each place provides the slots of its tenants.",
    "app.changes": "What changed in this place while a tenant moved.",
  },
  grants: {
    "bulkhead_operator on app.idempotency_keys":
      "A tenant that moves takes its stored answers along: a retry is answered in the new place. Its policies let the operator see those of an open move only.",
  },
  indexes: {
    "auth.members_user_id_created_at_idx":
      "A person's memberships, looked up before a tenant is known; only the auth function and the opening of a context read it.",
    "auth.invitations_email_idx":
      "Invitations by mail address, looked up before a tenant is known; only the auth function reads it.",
    "app.api_keys_token_hash_idx":
      "A key's hash, looked up before a tenant is known; each is of 256 random bits, and no operator of a runtime role's query reaches the index past the policy.",
    "app.idempotency_keys_expires_at_idx":
      "What has expired, for the sweeper; no runtime role has a right to the table.",
    "app.jobs_unfinished":
      "What was sent when, for the sweeper; a runtime role reads the table under its policy only.",
    "app.jobs_finished":
      "What has finished when, for the sweeper; a runtime role reads the table under its policy only.",
  },
};
