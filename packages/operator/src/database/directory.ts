import type { ClientConfig } from "pg";
import { OperatorError } from "../errors.ts";
import { type Caller, openSession, type Session } from "./session.ts";

/** The databases that a tenant may live in: `home` and the dedicated ones. */
export type DatabaseDirectory = {
  names: string[];
  /** @throws OperatorError for a name that is not configured */
  open(placement: string): Promise<Session>;
};

export function databaseDirectory(
  configs: Record<string, ClientConfig>,
  caller?: Caller,
): DatabaseDirectory {
  const names = Object.keys(configs);
  return {
    names,
    async open(placement) {
      const config = Object.hasOwn(configs, placement) ? configs[placement] : undefined;
      if (config) return openSession(placement, config, caller);
      throw new OperatorError(
        `Unknown database ${placement}: expected one of ${names.join(", ")}. Add it to DEDICATED_DATABASES.`,
      );
    },
  };
}

/**
 * The placement that an operator means: `pooled` is home, and `dedicated` is the only dedicated database.
 *
 * @throws OperatorError that names the valid ones
 */
export function resolvePlacement({ names }: DatabaseDirectory, option: string): string {
  if (option === "pooled") return "home";
  if (names.includes(option)) return option;
  const dedicated = names.filter((name) => name !== "home");
  const [only, ...others] = dedicated;
  if (option === "dedicated" && only && others.length === 0) return only;
  if (option === "dedicated" && !only) {
    throw new OperatorError(
      "There is no dedicated database. Add one to the stage and deploy it first.",
    );
  }
  throw new OperatorError(
    `Invalid --to ${option}: expected ${["pooled", ...dedicated].join(", ")}.`,
  );
}
