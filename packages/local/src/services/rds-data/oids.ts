/** How the text form of a PostgreSQL type is read, and its JDBC type (java.sql.Types). */
export type ScalarType = {
  kind: "boolean" | "long" | "double" | "decimal" | "blob" | "timestamptz" | "text";
  jdbc: number;
};

const text = (jdbc: number): ScalarType => ({ kind: "text", jdbc });

/** The scalar types that the Data API supports, by OID (Aurora user guide, "Data API operations reference"). */
export const SCALARS: Readonly<Record<number, ScalarType>> = {
  16: { kind: "boolean", jdbc: -7 },
  17: { kind: "blob", jdbc: -2 },
  19: text(12), // name
  20: { kind: "long", jdbc: -5 },
  21: { kind: "long", jdbc: 5 },
  23: { kind: "long", jdbc: 4 },
  25: text(12),
  26: { kind: "long", jdbc: -5 }, // oid
  114: text(1111), // json
  650: text(1111), // cidr
  700: { kind: "double", jdbc: 7 },
  701: { kind: "double", jdbc: 8 },
  869: text(1111), // inet
  1042: text(1), // char(n)
  1043: text(12),
  1082: text(91), // date
  1083: text(92), // time
  1114: text(93), // timestamp
  1184: { kind: "timestamptz", jdbc: 93 },
  1700: { kind: "decimal", jdbc: 2 },
  2950: text(1111), // uuid
  3802: text(1111), // jsonb
  // void and an untyped literal. Not in AWS's list, and not documented as unsupported.
  705: text(12),
  2278: text(1111),
};

/** The arrays of them, by OID: the OID of their elements. */
export const ELEMENTS: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1231: 1700,
  2951: 2950,
};

export const JDBC_ARRAY = 2003;
export const JDBC_OTHER = 1111;
