export type DatabaseLogin = { username: string; password: string };

/** The format of RDS's secrets. */
export function isDatabaseLogin(value: unknown): value is DatabaseLogin {
  if (typeof value !== "object" || value === null) return false;
  const { username, password } = value as Partial<DatabaseLogin>;
  return typeof username === "string" && typeof password === "string";
}
