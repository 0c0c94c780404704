/** The functions of the product. Each has a folder of its name in `functions`. */
export const FUNCTION_NAMES = [
  "auth",
  "api",
  "worker",
  "dead-letters",
  "sweeper",
  "schema",
  "pairing",
  "operator",
  "site",
] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];
