type Row = Record<string, unknown>;

/** One field of a row before and after a change. Undefined where the row has no such field. */
export type FieldChange = {
  field: string;
  kind: "added" | "removed" | "changed" | "same";
  before: string | undefined;
  after: string | undefined;
};

/**
 * The change of a row, field by field: changed fields first, then the others, each in the row's order.
 * A created or deleted row leaves out its null fields.
 */
export function diffRows(before: Row | null, after: Row | null): FieldChange[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changes = fields.flatMap((field) => changeOf(field, before, after) ?? []);
  const rank = ({ kind }: FieldChange) => (kind === "same" ? 1 : 0);
  return changes.toSorted((a, b) => rank(a) - rank(b));
}

function changeOf(field: string, before: Row | null, after: Row | null): FieldChange | undefined {
  const [old, current] = [before?.[field], after?.[field]];
  const [left, right] = [serialize(old), serialize(current)];
  if (before && after) {
    if (left === right) return { field, kind: "same", before: left, after: right };
    return { field, kind: "changed", before: left ?? "", after: right ?? "" };
  }
  if (before && old != null) return { field, kind: "removed", before: left, after: undefined };
  if (after && current != null) return { field, kind: "added", before: undefined, after: right };
  return undefined;
}

function serialize(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
