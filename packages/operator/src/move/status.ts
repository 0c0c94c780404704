import type { Session } from "../place/session.ts";
import type { Move, Tenant } from "./record.ts";

/** One line a tenant: slug, placement, what is under way. */
export function tableOfTenants(tenants: readonly Tenant[]): string {
  const width = Math.max(...tenants.map(({ slug }) => slug.length), "tenant".length);
  const home = Math.max(...tenants.map(({ placement }) => placement.length), "lives in".length);
  const line = (slug: string, placement: string, rest: string) =>
    `${slug.padEnd(width)}  ${placement.padEnd(home)}  ${rest}`.trimEnd();
  return [
    line("tenant", "lives in", "under way"),
    ...tenants.map(({ slug, placement, status, move }) =>
      line(slug, placement, [status === "active" ? "" : status, underWay(move)].join(" ").trim()),
    ),
  ].join("\n");
}

/** Where a tenant lives, and every move it has made. */
export async function describeTenant(home: Session, tenant: Tenant): Promise<string> {
  const moves = await home.query<{ move: Move }>("select app.moves_of($1) as move", [tenant.id]);
  const paused = (tenant.writes_paused_until?.getTime() ?? 0) > Date.now();
  return [
    `${tenant.slug} (${tenant.id}, ${tenant.name}): ${tenant.status}, lives in ${tenant.placement}${paused ? ", its writes are paused" : ""}`,
    ...moves.map(({ move }) => `${move.started_at}  ${move.kind} ${move.id}  ${storyOf(move)}`),
  ].join("\n");
}

const underWay = (move: Move | null) => (move ? storyOf(move) : "");

function storyOf(move: Move): string {
  const way = `${move.from_place} → ${move.to_place}: ${move.state}`;
  if (move.pause_ms === null) return way;
  const kept = move.state === "switched" ? `, old rows until ${move.keep_until}` : "";
  return `${way}, ${move.row_count} rows, writes paused for ${move.pause_ms} ms${kept}`;
}
