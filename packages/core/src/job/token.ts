import type { Token } from "@bulkhead/db";
import { z } from "zod";

const Body = z.object({ tenant: z.uuid(), job: z.uuid(), epoch: z.int().min(1) });

/**
 * The token that a message carries.
 *
 * @throws Error that says what is wrong with the body, without repeating it
 */
export function parseToken(body: string): Token {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Error("Invalid job token: the message is not JSON.");
  }
  const parsed = Body.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`Invalid job token: ${faults.join("; ")}.`);
}
