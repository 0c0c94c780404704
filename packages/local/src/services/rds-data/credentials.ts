export type Credentials = { username: string; password: string };

/** The form that RDS gives its secrets. */
export function isCredentials(value: unknown): value is Credentials {
  if (typeof value !== "object" || value === null) return false;
  const { username, password } = value as Partial<Credentials>;
  return typeof username === "string" && typeof password === "string";
}
