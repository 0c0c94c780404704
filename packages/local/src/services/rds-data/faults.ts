import { DatabaseError } from "pg";
import { ServiceFault } from "../protocol/fault.ts";

export const badRequest = (message: string) =>
  new ServiceFault("BadRequestException", 400, message);

export const invalid = (message: string) => new ServiceFault("ValidationException", 400, message);

export const databaseError = (message: string) =>
  new ServiceFault("DatabaseErrorException", 400, message);

const MULTIPLE_STATEMENTS = /cannot insert multiple commands into a prepared statement/;

/** PostgreSQL's error in the Data API's format: one line of parts, the SQLSTATE last. */
export function faultOf(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return unavailable(error);
  if (MULTIPLE_STATEMENTS.test(error.message)) return invalid("Multistatements aren't supported.");
  const parts = [
    `${error.severity ?? "ERROR"}: ${error.message}`,
    error.detail && `Detail: ${error.detail}`,
    error.hint && `Hint: ${error.hint}`,
    error.position && `Position: ${error.position}`,
    `SQLState: ${error.code}`,
  ];
  const message = parts.filter(Boolean).join("; ");
  return error.severity === "FATAL" ? badRequest(message) : databaseError(message);
}

/** Converts a lost or refused connection. Any other error is a bug and stays as it is. */
function unavailable(error: unknown): unknown {
  const network =
    error instanceof Error && ("code" in error || /connect|terminat/i.test(error.message));
  if (error instanceof ServiceFault || !network) return error;
  const message = `The database could not be reached: ${error.message}`;
  return new ServiceFault("DatabaseUnavailableException", 504, message);
}
