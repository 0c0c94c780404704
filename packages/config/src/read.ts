import type { z } from "zod";

/**
 * Reads a function's configuration from its environment, once, when the process starts.
 *
 * @throws Error that names every missing or malformed variable and what is wrong with it. Values are
 * never repeated: a URL may carry a password.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;

  const faults = parsed.error.issues.map((issue) => {
    const name = issue.path.join(".");
    return environment[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
  });
  throw new Error(
    `The environment is incomplete: ${faults.join("; ")}. The function's stack sets these variables; deploy it again or set them by hand.`,
  );
}
