import type { FieldDef, QueryArrayResult } from "pg";
import { ServiceFault } from "../protocol/fault.ts";
import { fieldOf, type ResultOptions } from "./fields.ts";
import { ELEMENTS, JDBC_ARRAY, JDBC_OTHER, SCALARS } from "./oids.ts";

/** Rows of values in PostgreSQL's text form. */
export type TextResult = QueryArrayResult<(string | null)[]>;

/** A type in PostgreSQL's catalog. */
export type TypeInfo = { oid: number; name: string; category: string };

export type Shape = ResultOptions & { metadata: boolean; json: boolean };

const MAXIMUM_BYTES = 1_048_576;

/** The result of ExecuteStatement. Throws for types and sizes that the real service refuses. */
export function resultOf(result: TextResult, catalog: readonly TypeInfo[], shape: Shape): object {
  const { fields, rows, rowCount } = result;
  for (const { dataTypeID } of fields) requireSupported(dataTypeID, catalog);
  if (fields.length === 0) {
    return { numberOfRecordsUpdated: rowCount ?? 0, generatedFields: [] };
  }
  const response = {
    numberOfRecordsUpdated: 0,
    ...(shape.metadata && { columnMetadata: fields.map((field) => metadataOf(field, catalog)) }),
    ...(shape.json
      ? { formattedRecords: JSON.stringify(rows.map((row) => objectOf(row, fields, shape))) }
      : { records: rows.map((row) => recordOf(row, fields, shape)) }),
  };
  if (Buffer.byteLength(JSON.stringify(response)) <= MAXIMUM_BYTES) return response;
  const message = "Database returned more than the allowed response size limit";
  throw new ServiceFault("UnsupportedResultException", 400, message);
}

function recordOf(row: (string | null)[], fields: FieldDef[], options: ResultOptions) {
  return row.map((value, index) => fieldOf(value, fields[index]?.dataTypeID ?? 0, options));
}

/** A record by column name. Of two columns with one name the last is used. */
function objectOf(row: (string | null)[], fields: FieldDef[], options: ResultOptions) {
  const values = recordOf(row, fields, options).map((field) => {
    if ("isNull" in field) return null;
    const [value] = Object.values(field);
    return "arrayValue" in field ? Object.values(field.arrayValue)[0] : value;
  });
  return Object.fromEntries(fields.map(({ name }, index) => [name, values[index]]));
}

/** Refuses types outside AWS's list by name. Enums of any OID are on the list. */
function requireSupported(oid: number, catalog: readonly TypeInfo[]): void {
  if (SCALARS[oid] || ELEMENTS[oid] !== undefined) return;
  const type = catalog.find((info) => info.oid === oid);
  if (type?.category === "E") return;
  // Names as they were observed: built-in types in capitals, others (regclass, extensions) as they are.
  const name = /^(interval|timetz|money|point|box|bit|varbit|char)$/.test(type?.name ?? "")
    ? type?.name.toUpperCase()
    : type?.name;
  const message = `The result contains the unsupported data type ${name ?? oid}.`;
  throw new ServiceFault("UnsupportedResultException", 400, message);
}

/** OIDs to look up in the catalog: all for metadata, otherwise those that are not in the tables above. */
export const unknownTypes = ({ fields }: TextResult, { metadata }: Shape): number[] =>
  fields
    .map(({ dataTypeID }) => dataTypeID)
    .filter((oid) => metadata || !(SCALARS[oid] || ELEMENTS[oid] !== undefined));

function metadataOf(
  { name, dataTypeID, dataTypeModifier }: FieldDef,
  catalog: readonly TypeInfo[],
) {
  const element = ELEMENTS[dataTypeID];
  const numeric = dataTypeID === 1700 && dataTypeModifier >= 4;
  return {
    name,
    label: name,
    type: element === undefined ? (SCALARS[dataTypeID]?.jdbc ?? JDBC_OTHER) : JDBC_ARRAY,
    typeName: catalog.find(({ oid }) => oid === dataTypeID)?.name ?? "",
    arrayBaseColumnType: element === undefined ? 0 : (SCALARS[element]?.jdbc ?? JDBC_OTHER),
    isAutoIncrement: false,
    isCaseSensitive: SCALARS[dataTypeID]?.kind === "text",
    isCurrency: false,
    isSigned: ["long", "double", "decimal"].includes(SCALARS[dataTypeID]?.kind ?? ""),
    nullable: 2, // columnNullableUnknown: the wire protocol does not say
    precision: numeric ? (dataTypeModifier - 4) >> 16 : 0,
    scale: numeric ? (dataTypeModifier - 4) & 0xffff : 0,
    schemaName: "",
    tableName: "",
  };
}
