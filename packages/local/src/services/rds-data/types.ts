/** A database that the Data API can reach. */
export type Cluster = {
  arn: string;
  host: string;
  port: number;
  /** For statements that name no database. */
  database: string;
  /** Milliseconds. Default 45,000, as in the real service. */
  statementTimeoutMs?: number;
  /** Milliseconds. Default 180,000, as in the real service. */
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
