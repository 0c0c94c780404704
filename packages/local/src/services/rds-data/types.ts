/** A database that the Data API can reach. */
export type Cluster = {
  arn: string;
  host: string;
  port: number;
  /** Where statements run that name no database. */
  database: string;
  /** Milliseconds. Default 45,000, as the real one. */
  statementTimeoutMs?: number;
  /** Milliseconds. Default 180,000, as the real one. */
  transactionIdleMs?: number;
};

/** A value on the wire, both ways. Blobs are base64. */
export type DataApiField =
  | { isNull: true }
  | { booleanValue: boolean }
  | { longValue: number }
  | { doubleValue: number }
  | { stringValue: string }
  | { blobValue: string }
  | { arrayValue: ArrayValue };

export type ArrayValue =
  | { booleanValues: (boolean | null)[] }
  | { longValues: (number | null)[] }
  | { doubleValues: (number | null)[] }
  | { stringValues: (string | null)[] };
