/** A function as its template describes it. */
export type FunctionDefinition = {
  /** Physical name, unique in the account. */
  name: string;
  /** Short name for logs. */
  label: string;
  arn: string;
  /** Folder that holds the bundle. */
  codeFolder: string;
  /** `file.export`, without an extension. */
  handler: string;
  runtime: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** `undefined` leaves the function to the account's limit. */
  reservedConcurrency: number | undefined;
  logGroup: string;
  variables: Record<string, string>;
};
