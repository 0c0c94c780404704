import { redactText } from "./redact.ts";

/** What the log may know of an error. */
export type ErrorDescription = {
  name: string;
  message: string;
  code?: string;
  /** Frames only: the first lines of a stack repeat the message. */
  stack?: string[];
  cause?: ErrorDescription;
  errors?: ErrorDescription[];
} & { [field: string]: unknown };

const DEPTH = 5;

// Fields that say where and not what. pg's `detail`, `where`, `internalQuery` and Drizzle's `params`
// are missing on purpose: they quote rows and parameters.
const SAFE_FIELDS = ["kind", "severity", "schema", "table", "column", "constraint", "routine"];
const SAFE_NETWORK_FIELDS = ["syscall", "address", "port"];

/**
 * An error as the log shows it: name, code, message, frames and causes, built from an allow-list of
 * fields, so that an unforeseen field is left out. Values that a statement was given never
 * appear: Drizzle puts them in its message after `params:`, PostgreSQL quotes them in data
 * exceptions (class 22).
 */
export function describeError(error: unknown, depth = DEPTH): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, message: redactText(String(error)) };

  const fields = error as Error & { code?: unknown; errors?: unknown } & Record<string, unknown>;
  const description: ErrorDescription = { name: error.name, message: messageOf(error) };
  if (typeof fields.code === "string") description.code = fields.code;
  for (const name of [...SAFE_FIELDS, ...SAFE_NETWORK_FIELDS]) {
    if (fields[name] !== undefined) description[name] = fields[name];
  }
  description.stack = framesOf(error);
  if (depth > 0 && error.cause !== undefined) {
    description.cause = describeError(error.cause, depth - 1);
  }
  if (depth > 0 && Array.isArray(fields.errors)) {
    description.errors = fields.errors.slice(0, 5).map((one) => describeError(one, depth - 1));
  }
  return description;
}

function messageOf(error: Error): string {
  const withoutParameters = error.message.replace(/\nparams:.*$/is, "");
  const code = "code" in error ? String(error.code) : "";
  const withoutValues = /^22...$/.test(code)
    ? withoutParameters.replace(/(["']).*\1/gs, '"***"')
    : withoutParameters;
  return redactText(withoutValues);
}

const framesOf = (error: Error): string[] =>
  (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => redactText(line.trim()));
