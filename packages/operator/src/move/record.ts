import type { Session } from "../place/session.ts";
import type { Checksums } from "../rows/verify.ts";

/** A move as `app.moves` keeps it. */
export type Move = {
  id: string;
  tenant_id: string;
  kind: "move" | "restore" | "export";
  from_place: string;
  to_place: string;
  state: "copying" | "switched" | "finished" | "aborted";
  copied_from: string | null;
  left_at: string | null;
  pause_ms: number | null;
  row_count: number | null;
  checksums: Checksums | null;
  started_at: string;
  keep_until: string | null;
};

export type Tenant = {
  id: string;
  slug: string;
  name: string;
  status: string;
  placement: string;
  job_limit: number;
  writes_paused_until: Date | null;
  move: Move | null;
};

/** Calls a function that returns one value. */
export async function call<T>(session: Session, name: string, ...values: unknown[]): Promise<T> {
  const places = values.map((_, index) => `$${index + 1}`).join(", ");
  const [row] = await session.query<{ value: T }>(`select app.${name}(${places}) as value`, values);
  return row?.value as T;
}
