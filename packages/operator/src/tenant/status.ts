import type { Session } from "../database/session.ts";
import type { Move, Tenant } from "./record.ts";

/** One line a tenant: slug, placement, open move. */
export function formatTenants(tenants: readonly Tenant[]): string {
  const rows = [
    ["tenant", "lives in", "under way"],
    ...tenants.map(({ slug, placement, status, move }) => [
      slug,
      placement,
      [status === "active" ? "" : status, move ? formatMove(move) : ""].join(" ").trim(),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [width(0), width(1), 0];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Where a tenant lives, and all of its moves. */
export async function describeTenant(home: Session, tenant: Tenant): Promise<string> {
  const moves = await home.query<{ move: Move }>("select app.moves_of($1) as move", [tenant.id]);
  const paused = (tenant.writes_paused_until?.getTime() ?? 0) > Date.now();
  return [
    `${tenant.slug} (${tenant.id}, ${tenant.name}): ${tenant.status}, lives in ${tenant.placement}${paused ? ", its writes are paused" : ""}`,
    ...moves.map(({ move }) => `${move.started_at}  ${move.kind} ${move.id}  ${formatMove(move)}`),
  ].join("\n");
}

function formatMove(move: Move): string {
  const summary = `${move.from_place} → ${move.to_place}: ${move.state}`;
  if (move.pause_ms === null) return summary;
  const kept = move.state === "switched" ? `, old rows until ${move.keep_until}` : "";
  return `${summary}, ${move.row_count} rows, writes paused for ${move.pause_ms} ms${kept}`;
}
