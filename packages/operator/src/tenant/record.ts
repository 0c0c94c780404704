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
