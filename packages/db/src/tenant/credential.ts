import type { BatchResult, Command } from "../protocol/batch.ts";

/** What opens a context. `proof` is sha256 of the token: 32 bytes that open nothing but a context. */
export type Credential =
  | { kind: "session" | "api_key"; proof: Buffer }
  /** `attempt` is the lease that the worker holds: null while it takes none. */
  | { kind: "job"; tenant: string; job: string; epoch: number; attempt: number | null };

export type Purpose = {
  /** What the role or the scopes must allow, `project:read`. Jobs need none. */
  permission: string;
  /** What the caller claims to do, `project.create`: the audit trail repeats it. */
  action: string;
  requestId: string;
};

/** The caller that the database let in. For a job, the actor is the job. */
export type Opened = { tenantId: string; actor: string; role: string };

/** Resets what an earlier request may have set on the connection. Unnamed, so that no earlier request can have prepared it. */
export const RESET: Command = { text: "reset all" };

/**
 * Refuses a connection that is not as the driver made it. Statements that open a context do so themselves; this is
 * for batches that open none.
 */
export const REFUSE_TAINTED: Command = { text: "select app.refuse_tainted()" };

// The statements that open a context, so that their rows are found when a batch is over.
const openings = new WeakSet<Command>();

function marked(command: Command): Command {
  openings.add(command);
  return command;
}

/** The caller that a batch opened a context for. Undefined if it opened none, was refused or was redirected. */
export function openedBy(commands: readonly Command[], { rows }: BatchResult): Opened | undefined {
  const index = commands.findIndex((command) => openings.has(command));
  const found = rows[index];
  const context = found?.[0]?.[0];
  return typeof context === "string" && !isAssertion(context) ? readOpened(found) : undefined;
}

/** Home returns an assertion for another database instead of a context. */
export const isAssertion = (value: unknown): value is string =>
  typeof value === "string" && value.startsWith("assertion|");

/** Opens the context and returns it, or an assertion. Unnamed for the same reason. */
export function opening(credential: Credential, purpose: Purpose): Command {
  if (credential.kind !== "job") {
    return marked({
      text: `select app.open_${credential.kind}($1, $2, $3, $4)`,
      values: [credential.proof, purpose.permission, purpose.action, purpose.requestId],
    });
  }
  const { tenant, job, epoch, attempt } = credential;
  return marked({
    text: "select coalesce(assertion, concat_ws('|', $1::uuid, 'job:' || $2::uuid, 'job')) from app.open_job($1, $2, $3, $4, $5)",
    values: [tenant, job, epoch, attempt, purpose.requestId],
  });
}

/** Opens, in another database, the context that home asserts, and returns it. */
export function openingAsserted(credential: Credential, assertion: string): Command {
  if (credential.kind !== "job") {
    return marked({ text: "select app.open_assertion($1)", values: [assertion] });
  }
  const { tenant, job, epoch, attempt } = credential;
  return marked({
    text: "select concat_ws('|', $4::uuid, 'job:' || $5::uuid, 'job') from app.open_asserted_job($1, $2, $3)",
    values: [assertion, epoch, attempt, tenant, job],
  });
}

/** `tenant|actor|role|…`, as the database signed it. */
export function readOpened(rows: unknown[][] | undefined): Opened {
  const context = rows?.[0]?.[0];
  if (typeof context !== "string") throw new Error("The context was not opened.");
  const [tenantId, actor, role] = context.split("|") as [string, string, string];
  return { tenantId, actor, role };
}
