type Row = Record<string, unknown>;

/** One field of a row before and after a change; undefined where the row did not have it. */
export type FieldChange = {
  field: string;
  kind: "added" | "removed" | "changed" | "same";
  before: string | undefined;
  after: string | undefined;
};

/**
 * What happened to a row, field by field: what changed first, then the rest, each in the order of the
 * row. A field that is null is as good as absent when a row appears or disappears, and left out.
 */
export function diffRows(before: Row | null, after: Row | null): FieldChange[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changes = fields.flatMap((field) => changeOf(field, before, after) ?? []);
  const rank = ({ kind }: FieldChange) => (kind === "same" ? 1 : 0);
  return changes.toSorted((a, b) => rank(a) - rank(b));
}

function changeOf(field: string, before: Row | null, after: Row | null): FieldChange | undefined {
  const [was, is] = [before?.[field], after?.[field]];
  const [left, right] = [written(was), written(is)];
  if (before && after) {
    if (left === right) return { field, kind: "same", before: left, after: right };
    return { field, kind: "changed", before: left ?? "", after: right ?? "" };
  }
  if (before && was != null) return { field, kind: "removed", before: left, after: undefined };
  if (after && is != null) return { field, kind: "added", before: undefined, after: right };
  return undefined;
}

function written(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
